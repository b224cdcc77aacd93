var crlf = '''
a
b'''
var next = [
  'a'
]
