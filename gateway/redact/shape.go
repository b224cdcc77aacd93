package redact

// shape is a secret that says by its first bytes what it is: the prefix, then
// min to max bytes of a set, as evenly spread as a random text is.
type shape struct {
	prefix   string
	set      *set
	min, max int
	entropy  float64 // least, in bits per byte, of what follows the prefix
}

// shapes are the facts of those rules of Gitleaks (github.com/gitleaks/gitleaks,
// config/gitleaks.toml, v8.30.0, MIT) that begin with a fixed text: the prefix,
// the alphabet, the length, the entropy. Rules that rest on the name of a
// product nearby aren't here; assigned finds what they would in most texts. The
// last group isn't of Gitleaks.
var shapes = []shape{
	{"AKIA", &upperBytes, 16, 16, 3}, {"ASIA", &upperBytes, 16, 16, 3}, {"ABIA", &upperBytes, 16, 16, 3}, {"ACCA", &upperBytes, 16, 16, 3},
	{"ABSK", &base64Bytes, 109, 271, 3}, {"bedrock-api-key-", &base64Bytes, 32, 4096, 3},
	{"AIza", &dashedBytes, 35, 35, 4}, {"ya29.", &dashedBytes, 20, 1024, 3},
	{"ghp_", &alnumBytes, 36, 36, 3}, {"gho_", &alnumBytes, 36, 36, 3}, {"ghu_", &alnumBytes, 36, 36, 3},
	{"ghs_", &alnumBytes, 36, 36, 3}, {"ghr_", &alnumBytes, 36, 36, 3}, {"github_pat_", &wordBytes, 82, 82, 3},
	{"glpat-", &dottedBytes, 20, 310, 3}, {"glrt-", &dottedBytes, 20, 310, 3}, {"gldt-", &dashedBytes, 20, 20, 3},
	{"glcbt-", &dashedBytes, 22, 26, 3}, {"glffct-", &dashedBytes, 20, 20, 3}, {"glft-", &dashedBytes, 20, 20, 3},
	{"glimt-", &dashedBytes, 25, 25, 3}, {"glagent-", &dashedBytes, 50, 50, 3}, {"gloas-", &dashedBytes, 64, 64, 3},
	{"glptt-", &lowerHex, 40, 40, 3}, {"glsoat-", &dashedBytes, 20, 20, 3}, {"GR1348941", &dashedBytes, 20, 20, 3},
	{"xoxb-", &dashedBytes, 27, 100, 2}, {"xoxp-", &dashedBytes, 27, 200, 2}, {"xoxe-", &dashedBytes, 27, 200, 2},
	{"xoxa-", &dashedBytes, 8, 100, 2}, {"xoxr-", &dashedBytes, 8, 100, 2}, {"xoxo-", &dashedBytes, 8, 100, 2},
	{"xoxs-", &dashedBytes, 8, 100, 2}, {"xapp-", &dashedBytes, 20, 200, 2}, {"hooks.slack.com/services/", &base64Bytes, 43, 56, 3},
	{"hooks.slack.com/workflows/", &base64Bytes, 43, 56, 3}, {"hooks.slack.com/triggers/", &base64Bytes, 43, 56, 3},
	{"sk_live_", &alnumBytes, 10, 99, 2}, {"sk_test_", &alnumBytes, 10, 99, 2}, {"sk_prod_", &alnumBytes, 10, 99, 2},
	{"rk_live_", &alnumBytes, 10, 99, 2}, {"rk_test_", &alnumBytes, 10, 99, 2}, {"rk_prod_", &alnumBytes, 10, 99, 2},
	{"sk-proj-", &dashedBytes, 40, 200, 3}, {"sk-svcacct-", &dashedBytes, 40, 200, 3}, {"sk-admin-", &dashedBytes, 40, 200, 3},
	{"sk-ant-", &dashedBytes, 40, 200, 3}, {"sk-", &alnumBytes, 48, 48, 3}, {"pplx-", &alnumBytes, 48, 48, 4},
	{"hf_", &letterBytes, 34, 34, 2}, {"api_org_", &letterBytes, 34, 34, 2}, {"npm_", &alnumBytes, 36, 36, 2},
	{"pypi-AgEIcHlwaS5vcmc", &dashedBytes, 50, 1000, 3}, {"rubygems_", &lowerHex, 48, 48, 2}, {"CLOJARS_", &alnumBytes, 60, 60, 2},
	{"dop_v1_", &lowerHex, 64, 64, 3}, {"doo_v1_", &lowerHex, 64, 64, 3}, {"dor_v1_", &lowerHex, 64, 64, 3},
	{"dapi", &lowerHex, 32, 32, 3}, {"dp.pt.", &alnumBytes, 43, 43, 2}, {"dt0c01.", &dottedBytes, 89, 89, 4},
	{"hvs.", &dashedBytes, 90, 120, 3.5}, {"hvb.", &dashedBytes, 138, 300, 4}, {"pul-", &lowerHex, 40, 40, 2},
	{"glc_", &base64Bytes, 32, 403, 3}, {"glsa_", &wordBytes, 41, 41, 3}, {"SG.", &dottedBytes, 66, 66, 2},
	{"xkeysib-", &dashedBytes, 81, 81, 2}, {"shpat_", &hexBytes, 32, 32, 2}, {"shpca_", &hexBytes, 32, 32, 2},
	{"shppa_", &hexBytes, 32, 32, 2}, {"shpss_", &hexBytes, 32, 32, 2}, {"PMAK-", &dashedBytes, 59, 59, 3},
	{"lin_api_", &alnumBytes, 40, 40, 2}, {"ntn_", &alnumBytes, 46, 46, 4}, {"pnu_", &alnumBytes, 36, 36, 2},
	{"pscale_tkn_", &dottedBytes, 32, 64, 3}, {"pscale_oauth_", &dottedBytes, 32, 64, 3}, {"pscale_pw_", &dottedBytes, 32, 64, 3},
	{"rdme_", &alnumBytes, 70, 70, 2}, {"sntryu_", &lowerHex, 64, 64, 3.5}, {"sntrys_", &base64Under, 60, 500, 4},
	{"sq0atp-", &dashedBytes, 22, 60, 2}, {"EZAK", &alnumBytes, 54, 54, 2}, {"EZTK", &alnumBytes, 54, 54, 2},
	{"SK", &hexBytes, 32, 32, 3}, {"AKCp", &alnumBytes, 69, 69, 4.5}, {"cmVmd", &alnumBytes, 59, 59, 4.5},
	{"AGE-SECRET-KEY-1", &upperBytes, 58, 58, 3}, {"ops_eyJ", &base64Bytes, 250, 2000, 4}, {"LTAI", &alnumBytes, 20, 20, 2},
	{"sha256~", &dashedBytes, 43, 43, 3.5}, {"HRKU-AA", &dashedBytes, 58, 58, 4}, {"fo1_", &dashedBytes, 43, 43, 4},
	{"fm1a_", &base64Bytes, 100, 2000, 4}, {"fm1r_", &base64Bytes, 100, 2000, 4}, {"fm2_", &base64Bytes, 100, 2000, 4},
	{"sgp_", &wordBytes, 40, 57, 3}, {"shippo_live_", &hexBytes, 40, 40, 2}, {"shippo_test_", &hexBytes, 40, 40, 2},
	{"p8e-", &alnumBytes, 32, 32, 2}, {"EAAM", &alnumBytes, 100, 500, 4}, {"EAAC", &alnumBytes, 100, 500, 4},
	{"4b1d", &alnumBytes, 38, 38, 3}, {"duffel_test_", &dottedBytes, 43, 43, 2}, {"duffel_live_", &dottedBytes, 43, 43, 2},
	{"FLWSECK_TEST-", &dashedBytes, 12, 34, 2}, {"ico-", &alnumBytes, 32, 32, 3}, {"tk-us-", &dashedBytes, 48, 48, 2},
	{"v1.0-", &dashedBytes, 171, 171, 2}, {"API-", &upperBytes, 26, 26, 3},

	{"Bearer ", &bearerBytes, 20, 16384, 3}, {"bearer ", &bearerBytes, 20, 16384, 3}, {"Basic ", &base64Bytes, 16, 1024, 3}, // RFC 6750, RFC 7617
	{"sig=", &percentBytes, 40, 140, 3},      // a shared access signature of Azure Storage
	{"sk-or-v1-", &lowerHex, 64, 64, 3},      // OpenRouter
	{"gsk_", &alnumBytes, 52, 52, 3},         // Groq
	{"xai-", &alnumBytes, 80, 80, 3},         // xAI
	{"pal_", &dashedBytes, 45, 84, 4},        // keys of this gateway: an id, _ and 43 characters
	{"AccountKey=", &base64Bytes, 40, 90, 3}, // connection strings of Azure Storage
	{"SharedAccessKey=", &base64Bytes, 40, 90, 3},
}

var (
	upperBytes   = setOf("A-Z0-9")
	letterBytes  = setOf("A-Za-z")
	base64Under  = setOf("A-Za-z0-9+/=_")
	bearerBytes  = setOf("A-Za-z0-9._~+/=-")
	percentBytes = setOf("A-Za-z0-9%+/=_-")
)

// shapesByFirst are the shapes by the first byte of their prefix.
var shapesByFirst = byFirst(shapes)

func byFirst(all []shape) (table [256][]shape) {
	for _, x := range all {
		table[x.prefix[0]] = append(table[x.prefix[0]], x)
	}
	return table
}

// shaped finds a secret with a known prefix that begins at i.
func (s *scan) shaped(i int, c byte) {
	if wordBytes.has(s.before(i)) {
		return
	}
	for k := range shapesByFirst[c] {
		x := &shapesByFirst[c][k]
		rest := i + len(x.prefix)
		if rest > len(s.b) || string(s.b[i:rest]) != x.prefix {
			continue
		}
		end := s.run(rest, x.max+1, x.set)
		for end > rest && s.b[end-1] == '.' {
			end-- // the end of a sentence
		}
		if n := end - rest; n >= x.min && n <= x.max && entropy(s.b[rest:end]) >= x.entropy {
			s.add(secrets, i, end)
			return
		}
	}
}
