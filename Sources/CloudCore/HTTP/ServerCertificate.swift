import NIOSSL

/// Certificates and their private keys, for a listener that speaks TLS.
///
/// A caller that names a host (SNI) is shown the certificate that is for it; any other is shown the first.
public struct ServerCertificate: Sendable {
    let context: NIOSSLContext

    /// Reads a certificate, with those that stand above it if there are any, and its key.
    ///
    /// - Parameters:
    ///   - certificate: the path of a PEM file.
    ///   - key: the path of a PEM file without a pass phrase.
    /// - Throws: ``ServerCertificateError``.
    public init(certificate: String, key: String) throws {
        context = try Self.context(try CertifiedHosts(certificate: certificate, key: key), others: [])
    }

    /// Reads several certificates, each with its key.
    ///
    /// - Parameter files: the paths of PEM files; nil comes of none.
    /// - Throws: ``ServerCertificateError``.
    public init?(files: [(certificate: String, key: String)]) throws {
        let hosts = try files.map { try CertifiedHosts(certificate: $0.certificate, key: $0.key) }
        guard let first = hosts.first else { return nil }
        context = try Self.context(first, others: Array(hosts.dropFirst()))
    }

    private static func context(_ first: CertifiedHosts, others: [CertifiedHosts]) throws -> NIOSSLContext {
        guard !others.isEmpty else { return try first.makeContext() }
        // Each must be good by itself: a handshake would be late to find out.
        for other in others { _ = try other.makeContext() }
        return try first.makeContext { values, promise in
            guard let name = values.serverHostname, !first.isFor(name),
                let wanted = others.first(where: { $0.isFor(name) })
            else { return promise.succeed(.noChanges) }
            var change = NIOSSLContextConfigurationOverride()
            change.certificateChain = wanted.chain
            change.privateKey = wanted.key
            promise.succeed(change)
        }
    }
}

/// Why a certificate cannot be used, said so that a person knows what to do.
public enum ServerCertificateError: Error, Sendable, CustomStringConvertible {
    /// A file cannot be read.
    case cannotRead(path: String, what: String, reason: String)
    /// A file does not hold what it should.
    case nothingIn(path: String, what: String)
    /// The key is another certificate's.
    case doNotBelongTogether(certificate: String, key: String)

    /// The sentence.
    public var description: String {
        switch self {
        case .cannotRead(let path, let what, let reason): "Cannot read the \(what) \(path): \(reason)."
        case .nothingIn(let path, let what):
            "\(path) holds no \(what) that can be used: it must be in PEM\(what == "certificate" ? "" : ", without a pass phrase")."
        case .doNotBelongTogether(let certificate, let key):
            "The private key in \(key) is not that of the certificate in \(certificate)."
        }
    }
}
