package main

import (
	"fmt"
	"os"
	"sort"
	"time"

	"palisade/arm"
	"palisade/format/armjson"
	"palisade/template"
)

func main() {
	counts := map[string]int{}
	example := map[string]string{}
	var total time.Duration
	res := 0
	for _, path := range os.Args[1:] {
		text, _ := os.ReadFile(path)
		start := time.Now()
		v, diags := armjson.ReadFile(path, text, 1<<30)
		t := armjson.NewTemplate(v.Pos().File, v, diags...)
		params := map[string]arm.Value{}
		r := template.Evaluate(template.Input{Template: t, Parameters: params})
		d := time.Since(start)
		total += d
		if d > 300*time.Millisecond {
			fmt.Println(path, d, len(r.Resources))
		}
		res += len(r.Resources)
		for _, d := range r.Diagnostics {
			m := d.Message
			if len(m) > 60 {
				m = m[:60]
			}
			counts[m]++
			example[m] = d.String()
		}
	}
	var keys []string
	for k := range counts {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool { return counts[keys[i]] > counts[keys[j]] })
	for i, k := range keys {
		if i < 40 {
			fmt.Println(counts[k], example[k])
		}
	}
	fmt.Println(total, res)
}
