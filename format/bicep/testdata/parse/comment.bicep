var a = 1
/* no end
var b = 2
