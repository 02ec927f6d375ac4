brinkSearch("text-1",[""])
