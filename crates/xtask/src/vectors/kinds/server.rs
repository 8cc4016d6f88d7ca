//! Servers and gateway groups, of which only the metadata is judged.

use crate::vectors::sheet::Sheet;

pub(crate) fn servers() -> Sheet {
    let mut sheet = Sheet::new("Server", "wiring");
    sheet.on("server-07");
    sheet.good(
        "META-03",
        [
            "description=\"rack 4\"",
            "profile=nowhere",
            "/spec={}",
            "-/spec",
            "/spec=null",
        ],
    );
    sheet
}

pub(crate) fn gateway_groups() -> Sheet {
    let mut sheet = Sheet::new("GatewayGroup", "gateways");
    sheet.on("group-2");
    sheet.good(
        "META-02",
        ["/metadata/name=other", "/spec={}", "-/spec", "/spec=null"],
    );
    sheet
}
