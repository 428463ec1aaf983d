import LambdaRuntime

/// Sends its event back, byte for byte.
struct Echo: ByteHandler {
    func handle(_ event: [UInt8], response: inout ResponseWriter, context: Context) async throws {
        response.send(event)
    }
}

/// Reads its event as a type and answers with another: `{"item": "tea", "count": 2}` gives `{"total": 6}`.
struct Typed: Handler {
    struct Purchase: Decodable { let item: String, count: Int }
    struct Receipt: Encodable { let total: Int }

    func handle(_ purchase: Purchase, context: Context) async throws -> Receipt {
        Receipt(total: purchase.count * purchase.item.utf8.count)
    }
}

/// Answers a JSON text of exactly so many bytes: `{"bytes": 6291556}`.
struct Fill: OrderedHandler {
    struct Order: Decodable { let bytes: Int }

    func carryOut(_ order: Order, response: inout ResponseWriter, context: Context) async throws {
        let quote = [UInt8(ascii: "\"")]
        response.send(quote + [UInt8](repeating: UInt8(ascii: "x"), count: max(0, order.bytes - 2)) + quote)
    }
}

/// Answers in pieces: `{"pieces": 3, "bytes": 1000, "failAfter": 2, "status": 201}`. Each piece is made of one letter.
struct Stream: OrderedHandler {
    struct Order: Decodable {
        let pieces: Int
        let bytes: Int
        let failAfter: Int?
        let status: Int?
        let millisecondsBetween: Int?
    }

    func carryOut(_ order: Order, response: inout ResponseWriter, context: Context) async throws {
        if let status = order.status {
            response.stream(HTTPPrelude(status: status, headers: [("x-probe", "yes")], cookies: ["a=b"]))
        } else {
            response.stream(contentType: "text/plain")
        }
        for number in 0..<order.pieces {
            if number == order.failAfter { throw Failure(description: "the stream broke off") }
            try await response.write([UInt8](repeating: UInt8(ascii: "a") + UInt8(number % 26), count: order.bytes))
            try await Task.sleep(for: .milliseconds(order.millisecondsBetween ?? 0))
        }
    }
}
