module hnp.local/oracle

go 1.25.0

require (
	go.githedgehog.com/fabric v0.126.0
	gopkg.in/yaml.v3 v3.0.1
	k8s.io/apimachinery v0.35.0
	sigs.k8s.io/controller-runtime v0.23.0
	sigs.k8s.io/yaml v1.6.0
)
