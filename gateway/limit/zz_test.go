package limit
import ("testing";"fmt";"os";"path/filepath";"github.com/tiktoken-go/tokenizer")
func TestZ(t *testing.T){
 fs,_:=filepath.Glob("testdata/text/*.txt"); g,_:=filepath.Glob("*.go"); fs=append(fs,g[:6]...); fs=append(fs,"reserve.lua","../../LICENSE","../../docs/architecture.md","../../format/armjson/read.go")
 o,_:=tokenizer.Get(tokenizer.O200kBase); c,_:=tokenizer.Get(tokenizer.Cl100kBase)
 for _,f:=range fs{ b,err:=os.ReadFile(f); if err!=nil{continue}
  var s shape; s.add(b)
  n,_:=o.Count(string(b)); m,_:=c.Count(string(b))
  e,q:=weightsO200k.tokens(&s),weightsCl100k.tokens(&s)
  fmt.Printf("%-20s %5d o %d/%d=%.2f  c %d/%d=%.2f\n",filepath.Base(f),len(b),e,n,float64(e)/float64(n),q,m,float64(q)/float64(m))
 }
}
func BenchmarkShape(b *testing.B){ t,_:=os.ReadFile("../../LICENSE"); b.SetBytes(4096); for b.Loop(){var s shape; s.add(t[:4096])}}
