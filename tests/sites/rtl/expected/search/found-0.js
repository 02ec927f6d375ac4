brinkSearch("found-0",[["","الصفحة"],["en/","English"]])
