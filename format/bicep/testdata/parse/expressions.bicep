var precedence = a || b && c == d < e + f * -g ?? h
var left = a - b - c / d / e % f
var compare = a =~ b != (c !~ d) && !e
var conditional = a ? b : c ? d : e
var lines = a
  ? b
  : c
  ? d
  : e
var inside = (
  a + b
)
var access = a.b.?c[0][?1][^2][?^3]!.d::e['f'].g(h).i
var call = az.resourceGroup(a, b).id
var longCall = concat(
  a,
  b, c
)
var lambdas = map(xs, x => reduce(x, 0, (a, b) => a + b))
var none = f(() => 1)
var longLambda = filter(xs, x =>
  x.ok && x.name != 'a')
var loop = [for x in xs: { name: x }]
var indexed = [
  for (x, i) in xs: '${i}-${x}'
]
var object = {
  a: 1
  'b-c': 2, d: 3
  '${e}': 4 // computed
  ...more
  if: 5, for: 6, param: 7
  nested: { x: [], y: {} }
}
var array = [1, 2
  3
  // a comment
  ...more, [4]
]
var keywords = [param, var, resource, existing, type.output, if, in]
var numbers = [0, -1, 9223372036854775807, -9223372036854775808, - 5, -(5), -a]
var literals = [true, false, null]
