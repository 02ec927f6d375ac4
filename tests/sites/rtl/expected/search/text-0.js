brinkSearch("text-0",[""])
