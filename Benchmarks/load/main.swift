// Sends one kind of request over a number of connections for a while and tells how fast the answers came.
//
//   load URL-PATH-SPEC.json      {"host": "127.0.0.1", "port": 3000, "method": "GET", "path": "/x/{n}", "headers": {…},
//                                 "body": "…" or "bodyFile": "…", "connections": 8, "seconds": 5, "expect": 200}
//
// `{n}` in path, headers and body becomes a number that no other request has. The result is one JSON object on standard
// output: requests, perSecond, p50, p99 (milliseconds), failures.

import Foundation
import JSONValue
import Synchronization

struct Specification {
    var host: String
    var port: Int
    var head: String
    var path: String
    var method: String
    var body: [UInt8]
    var bodyHasNumber: Bool
    var connections: Int
    var seconds: Double
    var expect: Int
    var firstNumber: Int

    init?(_ value: JSONValue) {
        guard let port = value["port"]?.int, let path = value["path"]?.string else { return nil }
        host = value["host"]?.string ?? "127.0.0.1"
        self.port = port
        self.path = path
        method = value["method"]?.string ?? "GET"
        if let file = value["bodyFile"]?.string {
            guard let contents = FileManager.default.contents(atPath: file) else { return nil }
            body = Array(contents)
            bodyHasNumber = false
        } else {
            let text = value["body"]?.string ?? ""
            body = Array(text.utf8)
            bodyHasNumber = text.contains("{n}")
        }
        head = "Host: \(host):\(port)\r\n"
        for (name, field) in value["headers"]?.object ?? [:] { head += "\(name): \(field.string ?? "")\r\n" }
        connections = value["connections"]?.int ?? 1
        seconds = value["seconds"]?.double ?? 3
        expect = value["expect"]?.int ?? 200
        firstNumber = value["firstNumber"]?.int ?? 0
    }

    func request(_ number: Int) -> [UInt8] {
        let number = String(number)
        let body =
            bodyHasNumber ? Array(String(decoding: body, as: UTF8.self).replacing("{n}", with: number).utf8) : body
        var bytes = Array(
            "\(method) \(path.replacing("{n}", with: number)) HTTP/1.1\r\n\(head.replacing("{n}", with: number))".utf8)
        if !body.isEmpty || method != "GET" { bytes += Array("Content-Length: \(body.count)\r\n".utf8) }
        bytes += [13, 10]
        return bytes + body
    }
}

/// One connection that sends a request, reads its answer, and does so again.
struct Connection: ~Copyable {
    private let socket: CInt
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)

    init?(_ specification: Specification) {
        socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var one: CInt = 1
        setsockopt(socket, CInt(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<CInt>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(specification.port)).bigEndian
        address.sin_addr.s_addr = inet_addr(specification.host)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { return nil }
    }

    deinit { close(socket) }

    /// The status of the answer; nil when the connection broke.
    mutating func exchange(_ request: [UInt8]) -> Int? {
        var sent = 0
        while sent < request.count {
            let step = request.withUnsafeBytes {
                send(socket, $0.baseAddress.map { $0 + sent }, request.count - sent, CInt(MSG_NOSIGNAL))
            }
            guard step > 0 else { return nil }
            sent += step
        }
        var filled = 0
        while true {
            guard filled < buffer.count, let step = receive(at: filled) else { return nil }
            filled += step
            guard let (status, headLength, bodyLength) = parseHead(filled) else { continue }
            var left = headLength + bodyLength - filled
            while left > 0 {
                guard let step = receive(at: 0) else { return nil }
                left -= step
            }
            return status
        }
    }

    private mutating func receive(at offset: Int) -> Int? {
        let room = buffer.count - offset
        let step = buffer.withUnsafeMutableBytes { recv(socket, $0.baseAddress.map { $0 + offset }, room, 0) }
        return step > 0 ? step : nil
    }

    private func parseHead(_ filled: Int) -> (status: Int, headLength: Int, bodyLength: Int)? {
        buffer.withUnsafeBytes { bytes in
            let terminator: [UInt8] = [13, 10, 13, 10]
            // Heads are short: the search never goes through a body.
            guard let end = bytes[..<min(filled, 4096)].firstRange(of: terminator) else { return nil }
            let headLength = end.upperBound
            let head = String(decoding: bytes[..<headLength], as: UTF8.self)
            let status = Int(head.dropFirst(9).prefix(3)) ?? 0
            guard let field = head.lowercased().firstRange(of: "content-length:") else {
                return (status, headLength, 0)
            }
            let length = head.lowercased()[field.upperBound...].prefix { !$0.isNewline }
            return (status, headLength, Int(length.trimmingCharacters(in: .whitespaces)) ?? 0)
        }
    }
}

guard CommandLine.arguments.count == 2, let contents = FileManager.default.contents(atPath: CommandLine.arguments[1]),
    let value = try? JSONValue(parsing: contents), let specification = Specification(value)
else {
    FileHandle.standardError.write(Data("usage: load SPECIFICATION.json\n".utf8))
    exit(2)
}

let numbers = Atomic<Int>(specification.firstNumber)
let results = Mutex<(latencies: [UInt64], failures: Int, statuses: [Int: Int])>(([], 0, [:]))
let start = DispatchTime.now().uptimeNanoseconds
let end = start + UInt64(specification.seconds * 1e9)

DispatchQueue.concurrentPerform(iterations: 1) { _ in
    let threads = (0..<specification.connections).map { _ in
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            defer { done.signal() }
            var latencies: [UInt64] = []
            var failures = 0
            var statuses: [Int: Int] = [:]
            var connection = Connection(specification)
            while DispatchTime.now().uptimeNanoseconds < end {
                let request = specification.request(numbers.add(1, ordering: .relaxed).newValue)
                let before = DispatchTime.now().uptimeNanoseconds
                let status = connection?.exchange(request)
                latencies.append(DispatchTime.now().uptimeNanoseconds - before)
                if status != specification.expect {
                    failures += 1
                    statuses[status ?? 0, default: 0] += 1
                    if status == nil { connection = Connection(specification) }
                }
            }
            results.withLock {
                $0.latencies += latencies
                $0.failures += failures
                $0.statuses.merge(statuses, uniquingKeysWith: +)
            }
        }
        return done
    }
    for thread in threads { thread.wait() }
}

let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
let (latencies, failures, statuses) = results.withLock { ($0.latencies.sorted(), $0.failures, $0.statuses) }
func percentile(_ share: Double) -> JSONValue {
    latencies.isEmpty
        ? .null : JSONValue(Double(latencies[min(latencies.count - 1, Int(Double(latencies.count) * share))]) / 1e6)
}
var report: JSONObject = [
    "requests": JSONValue(latencies.count), "perSecond": JSONValue((Double(latencies.count) / seconds).rounded()),
    "p50": percentile(0.5), "p99": percentile(0.99), "failures": JSONValue(failures),
]
if failures > 0 {
    report["statuses"] = .object(JSONObject(statuses.map { (String($0.key), JSONValue($0.value)) }))
}
print(JSONValue.object(report).text())
