param
param 2
param noType = 1
var before = 'kept'
var missing =
var value = 1 +
var call = f(a, b
var comma = f(a b)
var tooMany = (a, b)
var string = 'no end
var hole = 'a${b
var nextIsRead = 'a${'
var escape = 'a\qb'
var character = a # b
var quoted = "double"
var big = 99999999999999999999
resource 'Microsoft.Storage/storageAccounts@2024-01-01' = {
}
resource noBody 'Microsoft.Storage/storageAccounts@2024-01-01'
resource oneBadMember 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: 'kept'
  location:
  kind: 'kept'
  sku: { name: 'kept', tier }
  tags: f(1
  properties: {
    a: 'kept'
    b 'lost'
    c: 'kept'
  }
}
resource neverClosed 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: 'kept'
  properties: {
    a: [
      1
module after 'a.bicep' = {
  name: 'kept'
}
nonsense here
{
  braces: 'that belong to nothing'
}
@description('of nothing')

output last string = before extra
@secure() param sameLine string
var array = [1 2, 3,
  4]
var afterArray = 1
