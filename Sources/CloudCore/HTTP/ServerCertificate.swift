import Foundation
import NIOCore
import NIOSSL

/// A certificate and its private key, for a listener that speaks TLS.
public struct ServerCertificate: Sendable {
    let context: NIOSSLContext

    /// Reads a certificate, with those that stand above it if there are any, and its key.
    ///
    /// - Parameters:
    ///   - certificate: the path of a PEM file.
    ///   - key: the path of a PEM file without a pass phrase.
    /// - Throws: ``ServerCertificateError``.
    public init(certificate: String, key: String) throws {
        let chain = try Self.read(certificate, as: "certificate") { try NIOSSLCertificate.fromPEMBytes($0) }
        guard !chain.isEmpty else { throw ServerCertificateError.nothingIn(path: certificate, what: "certificate") }
        let privateKey = try Self.read(key, as: "private key") { try NIOSSLPrivateKey(bytes: $0, format: .pem) }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
        configuration.applicationProtocols = ["http/1.1"]
        configuration.minimumTLSVersion = .tlsv12
        // A caller that is gone does not say goodbye: ending does not wait long for it.
        configuration.shutdownTimeout = .milliseconds(500)
        do {
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw ServerCertificateError.doNotBelongTogether(certificate: certificate, key: key)
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
