package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.githedgehog.com/fabric/api/meta"
)

// defaults are hnp's defaults of [fabric.NAME.network], which are those of Hedgehog's installer.
func defaults() map[string]any {
	communities := map[string]any{}
	for priority := range 10 {
		communities[strconv.Itoa(priority)] = fmt.Sprintf("50001:%d", priority)
	}

	return map[string]any{
		"management_subnet":           "172.30.0.0/21",
		"control_vip":                 "172.30.0.1/32",
		"management_dhcp_start":       "172.30.4.0",
		"management_dhcp_end":         "172.30.7.254",
		"protocol_subnet":             "172.30.8.0/22",
		"vtep_subnet":                 "172.30.12.0/22",
		"fabric_subnet":               "172.30.128.0/17",
		"l2_proxy_external_subnet":    "172.30.16.0/22",
		"vpc_loopback_subnet":         "172.30.96.0/19",
		"mclag_session_subnet":        "172.30.95.0/31",
		"spine_asn":                   65100,
		"leaf_asn_start":              65101,
		"leaf_asn_end":                65533,
		"gateway_asn":                 65534,
		"vpc_irb_vlans":               []any{"3000-3899"},
		"th5_workaround_vlans":        []any{"3900-3999"},
		"vpc_peering_vlans":           []any{"100-3999"},
		"fabric_mtu":                  9100,
		"server_facing_mtu_offset":    64,
		"fabric_mode":                 "spine-leaf",
		"vpc_peering_disabled":        false,
		"enable_gateway":              "auto",
		"allow_extra_switch_profiles": false,
		"gateway_communities":         communities,
	}
}

// fields are the names that Hedgehog's configuration has for hnp's keys.
var fields = map[string]string{
	"management_subnet":           "managementSubnet",
	"control_vip":                 "controlVIP",
	"management_dhcp_start":       "managementDHCPStart",
	"management_dhcp_end":         "managementDHCPEnd",
	"protocol_subnet":             "protocolSubnet",
	"vtep_subnet":                 "vtepSubnet",
	"fabric_subnet":               "fabricSubnet",
	"l2_proxy_external_subnet":    "l2ProxyExternalSubnet",
	"vpc_loopback_subnet":         "vpcLoopbackSubnet",
	"mclag_session_subnet":        "mclagSessionSubnet",
	"reserved_subnets":            "reservedSubnets",
	"spine_asn":                   "spineASN",
	"leaf_asn_start":              "leafASNStart",
	"leaf_asn_end":                "leafASNEnd",
	"gateway_asn":                 "gatewayASN",
	"vpc_irb_vlans":               "vpcIRBVLANRange",
	"th5_workaround_vlans":        "th5WorkaroundVLANRange",
	"vpc_peering_vlans":           "vpcPeeringVLANRange",
	"fabric_mtu":                  "fabricMTU",
	"server_facing_mtu_offset":    "serverFacingMTUOffset",
	"fabric_mode":                 "fabricMode",
	"vpc_peering_disabled":        "vpcPeeringDisabled",
	"allow_extra_switch_profiles": "allowExtraSwitchProfiles",
	"gateway_communities":         "gatewayCommunities",
}

// reservedByDefault are the subnets that are reserved where nothing else is said.
var reservedByDefault = []string{
	"management_subnet", "fabric_subnet", "protocol_subnet", "vtep_subnet", "vpc_loopback_subnet", "mclag_session_subnet", "l2_proxy_external_subnet",
}

// newConfig makes Hedgehog's configuration of the defaults and of overrides in hnp's words.
func newConfig(overrides map[string]any, gateways bool) (*meta.FabricConfig, error) {
	settings := defaults()
	maps.Copy(settings, overrides)
	if _, given := settings["reserved_subnets"]; !given {
		reserved := []any{}
		for _, key := range reservedByDefault {
			reserved = append(reserved, settings[key])
		}
		settings["reserved_subnets"] = reserved
	}
	if on, given := settings["enable_gateway"].(bool); given {
		gateways = on
	}
	delete(settings, "enable_gateway")

	named := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		field, known := fields[key]
		if !known {
			return nil, fmt.Errorf("config: unknown key %s", key)
		}
		value := settings[key]
		if strings.HasSuffix(key, "_vlans") {
			ranges, err := vlanRanges(value)
			if err != nil {
				return nil, fmt.Errorf("config: %s: %w", key, err)
			}
			value = ranges
		}
		named[field] = value
	}
	text, err := json.Marshal(named)
	if err != nil {
		return nil, fmt.Errorf("config: %w", err)
	}
	cfg := &meta.FabricConfig{}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(cfg); err != nil {
		return nil, fmt.Errorf("config: %w", err)
	}
	cfg.EnableGateway = gateways
	if len(cfg.ReservedSubnets) > 0 {
		if err := cfg.WithReservedSubnets(); err != nil {
			return nil, fmt.Errorf("config: %w", err)
		}
	}

	return cfg, nil
}

// vlanRanges reads ranges written as from-to or as one number.
func vlanRanges(value any) ([]map[string]int, error) {
	list, ok := value.([]any)
	if !ok {
		return nil, fmt.Errorf("%v is no list of ranges", value)
	}
	ranges := []map[string]int{}
	for _, item := range list {
		from, to, ok := strings.Cut(fmt.Sprint(item), "-")
		if !ok {
			to = from
		}
		first, err := strconv.Atoi(from)
		if err != nil {
			return nil, fmt.Errorf("range %v: %w", item, err)
		}
		last, err := strconv.Atoi(to)
		if err != nil {
			return nil, fmt.Errorf("range %v: %w", item, err)
		}
		ranges = append(ranges, map[string]int{"from": first, "to": last})
	}

	return ranges, nil
}
