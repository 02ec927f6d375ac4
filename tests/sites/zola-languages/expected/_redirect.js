var a = document.querySelector("a[href]");
if (a && location.hash) location.replace(a.href.split("#")[0] + location.hash);
