brinkSearch("overview",{"version":"bf0509b8","count":2,"words":[""],"kinds":[["pages","Pages",0]],"described":16,"texts":[2,1]})
