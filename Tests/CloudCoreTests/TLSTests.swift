import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOSSL
import Testing

@testable import CloudCore

@Suite("TLS")
struct TLSTests {
    /// A certificate for `localhost`, and its key: for these tests only.
    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBlDCCATugAwIBAgIUAj1Ish2aoufs2/p4rcZ57ROTQEMwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTEzMDM1OFoYDzIxMjYxMDI4
        MTMwMzU4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAARKQLR1oIjPzRPpyjHVzYEEXKA+x/Hc/LzZeID+rmjveOlvtC9Cay9y
        mrJcTNghgLJfVNgr3Y/O2T81HjYBrkB+o2kwZzAdBgNVHQ4EFgQUJN8sBTAnUCNy
        vf90cNVAh/PNVgEwHwYDVR0jBBgwFoAUJN8sBTAnUCNyvf90cNVAh/PNVgEwDwYD
        VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
        RwAwRAIgKmAag9R3FDmZgVgNEhp7lmy67fwEp/1RXQksGZrNj6wCICGUn5NIvZDk
        xoN/0KFtEewrYFMT6w7npogMRckvDeny
        -----END CERTIFICATE-----
        """
    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgtpZWC6tM7y2Dyl3d
        QyBGPYbUPgv4tFrPR6gABbKT7u6hRANCAARKQLR1oIjPzRPpyjHVzYEEXKA+x/Hc
        /LzZeID+rmjveOlvtC9Cay9ymrJcTNghgLJfVNgr3Y/O2T81HjYBrkB+
        -----END PRIVATE KEY-----
        """

    /// Another, for `shop.example` and what is below it.
    private static let shopCertificate = """
        -----BEGIN CERTIFICATE-----
        MIIBnjCCAUSgAwIBAgIUHKpp4G/KfbKhAy6aCW7Dtc2qJnUwCgYIKoZIzj0EAwIw
        DzENMAsGA1UEAwwEc2hvcDAgFw0yNjExMjExNzM3MDdaGA8yMTI2MTAyODE3Mzcw
        N1owDzENMAsGA1UEAwwEc2hvcDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABOmc
        Tba0o96SQHyWOwkgyftclcisKsBcC7SgUN529G8nuUsuvL2kCfseuHFGDXztl2hG
        Hpp+L1hTdaKosaTnSZqjfDB6MB0GA1UdDgQWBBRhgNUY2pad/USbA9YwD7wFVl3q
        KjAfBgNVHSMEGDAWgBRhgNUY2pad/USbA9YwD7wFVl3qKjAPBgNVHRMBAf8EBTAD
        AQH/MCcGA1UdEQQgMB6CDHNob3AuZXhhbXBsZYIOKi5zaG9wLmV4YW1wbGUwCgYI
        KoZIzj0EAwIDSAAwRQIgbVzNBsqTj6gtdm8PGcgKjJm3lVYfNgKlRsOrOlSdyH8C
        IQC7X3lf0M/cyDA1ZMAwZPsdWA0wnVXMvnRmXfCxoVMDvQ==
        -----END CERTIFICATE-----
        """
    private static let shopKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgLRRO3NBTxicvEP9U
        x0KD7sw7IHCfDTb8Zdnhc0A+Hi2hRANCAATpnE22tKPekkB8ljsJIMn7XJXIrCrA
        XAu0oFDedvRvJ7lLLry9pAn7HrhxRg187ZdoRh6afi9YU3WiqLGk50ma
        -----END PRIVATE KEY-----
        """

    /// Runs a test in a folder of its own, with the certificate and its key in files.
    private func withFiles(_ test: (_ directory: String) async throws -> Void) async throws {
        let directory = NSTemporaryDirectory() + "tls-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        for (name, text) in [
            ("c.pem", Self.certificate), ("k.pem", Self.key), ("junk.pem", "junk"), ("sc.pem", Self.shopCertificate),
            ("sk.pem", Self.shopKey),
        ] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
        }
        try await test(directory)
    }

    /// Sends a text and gives back all that comes until the other side closes.
    private func talk(
        _ text: String, port: Int, isSecure: Bool = true, trusting root: String = certificate,
        host: String = "localhost"
    ) async throws -> String {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(root.utf8)))
        let context = try NIOSSLContext(configuration: configuration)
        let received = NIOLockedValueBox(ByteBuffer())
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if isSecure {
                        try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: host))
                    }
                    try pipeline.addHandler(Collector(received))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        try await channel.writeAndFlush(ByteBuffer(string: text)).get()
        try await channel.closeFuture.get()
        return received.withLockedValue { String(buffer: $0) }
    }

    @Test func requestsComeOverTLS() async throws {
        try await withFiles { directory in
            let content = String(repeating: "0123456789", count: 100_000)
            try Data(content.utf8).write(to: URL(fileURLWithPath: "\(directory)/content"))
            let certificate = try ServerCertificate(certificate: "\(directory)/c.pem", key: "\(directory)/k.pem")
            let server = try await HTTPServer.start(
                certificate: certificate, group: .singletonMultiThreadedEventLoopGroup
            ) { request in
                guard request.path == "/file", let file = try? OpenFile(path: "\(directory)/content") else {
                    return CloudResponse(status: 200, contentType: "text/plain", text: "secure: \(request.isSecure)")
                }
                return CloudResponse(status: 200, body: .file(file, offset: 5, length: content.utf8.count - 5))
            }
            do {
                let ask = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                #expect(try await talk("GET /" + ask, port: server.port).hasSuffix("\r\n\r\nsecure: true"))
                let file = try await talk("GET /file" + ask, port: server.port)
                #expect(file.contains("Content-Length: \(content.utf8.count - 5)\r\n"))
                #expect(file.hasSuffix("\r\n\r\n" + content.dropFirst(5)))
                // Who does not speak TLS is not answered, and harms nobody.
                #expect(try await !talk("GET /" + ask, port: server.port, isSecure: false).contains("secure"))
                #expect(try await talk("GET /" + ask, port: server.port).hasSuffix("secure: true"))
            } catch {
                await server.stop()
                throw error
            }
            await server.stop()
        }
    }

    /// A caller that trusts one certificate only, for the host that it names, gets nowhere when shown another.
    @Test func eachHostIsShownItsCertificate() async throws {
        try await withFiles { directory in
            let files = [("c.pem", "k.pem"), ("sc.pem", "sk.pem")].map { (directory + "/" + $0, directory + "/" + $1) }
            let certificate = try #require(try ServerCertificate(files: files))
            let server = try await HTTPServer.start(
                certificate: certificate, group: .singletonMultiThreadedEventLoopGroup
            ) { _ in CloudResponse(status: 200, contentType: "text/plain", text: "hello") }
            let ask = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
            for (root, host, isTaken) in [
                (Self.certificate, "localhost", true), (Self.shopCertificate, "shop.example", true),
                (Self.shopCertificate, "API.shop.example", true), (Self.shopCertificate, "a.api.shop.example", false),
                (Self.shopCertificate, "localhost", false), (Self.certificate, "shop.example", false),
            ] {
                let answer = try? await talk(ask, port: server.port, trusting: root, host: host)
                #expect((answer?.hasSuffix("hello") == true) == isTaken, "\(host)")
            }
            await server.stop()
            #expect(try ServerCertificate(files: []) == nil)
            #expect(throws: ServerCertificateError.self) {
                try ServerCertificate(files: [files[0], (files[1].0, files[0].1)])
            }
        }
    }

    @Test(arguments: [
        ("none.pem", "k.pem", "Cannot read the certificate "), ("c.pem", "none.pem", "Cannot read the private key "),
        ("junk.pem", "k.pem", "holds no certificate"), ("c.pem", "junk.pem", "holds no private key"),
        ("c.pem", "c.pem", "holds no private key"),
    ])
    func whatCannotBeUsedIsSaid(certificate: String, key: String, sentence: String) async throws {
        try await withFiles { directory in
            let error = #expect(throws: ServerCertificateError.self) {
                try ServerCertificate(certificate: "\(directory)/\(certificate)", key: "\(directory)/\(key)")
            }
            #expect(error?.description.contains(sentence) == true)
        }
    }
}

/// Collects what comes.
private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let received: NIOLockedValueBox<ByteBuffer>

    init(_ received: NIOLockedValueBox<ByteBuffer>) { self.received = received }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        _ = received.withLockedValue { $0.writeImmutableBuffer(unwrapInboundIn(data)) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
