var plain = 'a'
var empty = ''
var escapes = 'a\n\r\t\\\'\$\${b}\u{1F600}\u{41}'
var dollars = '$a $$ $'
var holes = 'a${b}c${d.e}f'
var only = '${a}'
var nested = 'a${'b${c}d'}e'
var braces = 'a${f({ b: '${c}' }, [d])}e'
var multi = '''
first
second ${not a hole} 'quoted' \n'''
var oneLine = '''a'''
var quotes = '''a''''
var hole = $'''a ${b} c $ d'''
var holeLines = $'''
${a}
$ {b}
'''
var twoDollars = $$'''a ${b} $${c} $$${d}'''
