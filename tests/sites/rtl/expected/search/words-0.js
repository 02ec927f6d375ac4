brinkSearch("words-0",`english ,,,,B
الصفحه ,,,,A
`)
