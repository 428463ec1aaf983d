import Foundation

/// A client that sends exactly the bytes it is told to and reads what comes: for what no HTTP library would send.
final class RawConnection {
    struct Answer {
        var status: Int
        var headers: [String: String]
        var body: [UInt8]
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    struct Closed: Error {}

    private let socket: CInt
    private var received: [UInt8] = []

    init(port: Int) throws {
        socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Closed() }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(socket) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let step = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard step > 0 else { throw Closed() }
            sent += step
        }
    }

    /// Whether the other side has closed (nothing more will come).
    func isClosed() -> Bool { received.isEmpty && !fill() }

    private func fill() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(socket, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        received.append(contentsOf: buffer[..<count])
        return true
    }

    private func line() throws -> String {
        while true {
            if let end = received.firstIndex(of: 0x0A) {
                let line = String(decoding: received[..<end], as: UTF8.self)
                received.removeFirst(end + 1)
                return line.hasSuffix("\r") ? String(line.dropLast()) : line
            }
            guard fill() else { throw Closed() }
        }
    }

    private func bytes(_ count: Int) throws -> [UInt8] {
        while received.count < count { guard fill() else { throw Closed() } }
        defer { received.removeFirst(count) }
        return Array(received[..<count])
    }

    func answer(hasBody: Bool = true) throws -> Answer {
        let status = Int(try line().split(separator: " ")[1]) ?? 0
        var headers: [String: String] = [:]
        func readFields() throws {
            while true {
                let field = try line()
                if field.isEmpty { return }
                let colon = field.firstIndex(of: ":") ?? field.endIndex
                headers[field[..<colon].lowercased()] = field[colon...].dropFirst().trimmingCharacters(in: .whitespaces)
            }
        }
        try readFields()
        var body: [UInt8] = []
        if !hasBody || status == 100 { return Answer(status: status, headers: headers, body: []) }
        if headers["transfer-encoding"] == "chunked" {
            while let size = Int(try line(), radix: 16), size > 0 {
                body += try bytes(size)
                _ = try line()
            }
            try readFields()
        } else {
            body = try bytes(Int(headers["content-length"] ?? "0") ?? 0)
        }
        return Answer(status: status, headers: headers, body: body)
    }
}
