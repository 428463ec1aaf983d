import CCurl
import Glibc

/// The file of certificates that this system trusts.
enum CertificateBundle {
    /// Where the distributions keep it: Amazon Linux and Fedora, Debian and Alpine, SUSE, others.
    private static let places = [
        "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
    ]

    /// The bundle to name to curl; nil where the place that curl was built with is there, or nothing is anywhere.
    static let system: String? = {
        // A statically linked curl remembers the place of the system that it was built on.
        if let information = curl_version_info(CURLVERSION_SEVENTH)?.pointee, let builtIn = information.cainfo,
            access(builtIn, R_OK) == 0
        {
            return nil
        }
        return places.first { access($0, R_OK) == 0 }
    }()
}
