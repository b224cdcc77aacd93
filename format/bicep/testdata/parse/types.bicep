type literals = 'a' | 'b' | 1 | -1 | true | !false | null
type lines =
  | 'a'
  | 'b'
type single = | 'a'
type array = string[]
type nullable = string?
type many = (string | int)[]?
type notNull = sys.string!
type object = {
  @description('the name')
  name: string
  'a-b': int?
  tags: { *: string }
  @minValue(1)
  *: int
}
type tuple = [string, int?]
type longTuple = [
  @maxLength(3)
  string
  object
]
@discriminator('kind')
type union = typeA | typeB | { kind: 'c' }
type member = a.b.c
type items = a[*]
type item = a[0].*
type input = resourceInput<'Microsoft.Storage/storageAccounts@2024-01-01'>.properties
type output = sys.resourceOutput<'Microsoft.Storage/storageAccounts@2024-01-01'>
type interpolated = 'a${b}'
param typed {
  name: string
  size: 1 | 2
} = {
  name: 'a'
  size: 1
}
