//! Compiles the capabilities and permissions into the binary.

fn main() {
    // Both lines are needed: without them an edited capability leaves the old one in the binary.
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    println!("cargo:rerun-if-changed=src-tauri/permissions");
    tauri_build::try_build(
        tauri_build::Attributes::new()
            .capabilities_path_pattern("./src-tauri/capabilities/**/*")
            .app_manifest(
                tauri_build::AppManifest::new()
                    .permissions_path_pattern("./src-tauri/permissions/**/*"),
            ),
    )
    .expect("the Tauri configuration, capabilities and permissions are valid");
}
