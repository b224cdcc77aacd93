var a = 1
@description('nothing follows')
