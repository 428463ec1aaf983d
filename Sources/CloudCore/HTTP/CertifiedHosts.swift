import Foundation
import NIOCore
import NIOSSL

/// One certificate with its key, and the hosts that it is for.
struct CertifiedHosts: Sendable {
    let chain: [NIOSSLCertificateSource]
    let key: NIOSSLPrivateKeySource
    /// In lower case; the first label may be `*`.
    private let names: [String]
    private let paths: (certificate: String, key: String)

    init(certificate: String, key: String) throws {
        let chain = try Self.read(certificate, as: "certificate") { try NIOSSLCertificate.fromPEMBytes($0) }
        guard let leaf = chain.first else {
            throw ServerCertificateError.nothingIn(path: certificate, what: "certificate")
        }
        self.chain = chain.map { .certificate($0) }
        self.key = .privateKey(
            try Self.read(key, as: "private key") { try NIOSSLPrivateKey(bytes: $0, format: .pem) })
        names = leaf._subjectAlternativeNames().filter { $0.nameType == .dnsName }
            .map { String(decoding: $0.contents, as: UTF8.self).lowercased() }
        paths = (certificate, key)
    }

    /// Whether the certificate names a host, by itself or by a `*` in place of its first label.
    func isFor(_ host: String) -> Bool {
        let host = host.lowercased()
        let parent = host.firstIndex(of: ".").map { "*" + host[$0...] }
        return names.contains(host) || parent.map(names.contains) ?? false
    }

    func makeContext(choosing: NIOSSLContextCallback? = nil) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: key)
        configuration.applicationProtocols = ["http/1.1"]
        configuration.minimumTLSVersion = .tlsv12
        // A caller that is gone does not say goodbye: ending does not wait long for it.
        configuration.shutdownTimeout = .milliseconds(500)
        configuration.sslContextCallback = choosing
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw ServerCertificateError.doNotBelongTogether(certificate: paths.certificate, key: paths.key)
        }
    }

    private static func read<Content>(
        _ path: String, as what: String, _ parse: ([UInt8]) throws -> Content
    ) throws -> Content {
        let bytes: [UInt8]
        do {
            let file = try OpenFile(path: path)
            bytes = try file.read(at: 0, count: min(file.length(), 1 << 20))
        } catch let error as IOError {
            throw ServerCertificateError.cannotRead(
                path: path, what: what, reason: String(cString: strerror(error.errnoCode)))
        }
        guard let content = try? parse(bytes) else { throw ServerCertificateError.nothingIn(path: path, what: what) }
        return content
    }
}
