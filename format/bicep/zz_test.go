package bicep
import ("testing";"os";"fmt";"path/filepath")
func TestZZ(t *testing.T){
 fs,_:=filepath.Glob("/tmp/bicepsrc/src/Bicep.Core.Samples/Files/baselines/Invalid*/main.bicep")
 for _,f:=range fs{ b,_:=os.ReadFile(f); _,ds:=parse(f,b,templateFile); for _,d:=range ds{ l,_:=d.Pos.LineCol(); fmt.Printf("OURS\t%s\t%d\t%s\n",f,l,d.Message)}}
}
