brinkSearch("overview",{"version":"bf0509b8","count":2,"words":[""],"kinds":[["pages","Pages",0]],"described":32,"texts":[2,1]})
