import Digests
import JSONValue
import Testing

@testable import LambdaEvents

@Suite struct EventDocumentTests {
    /// Around the size from which a body is left where it lies.
    private static let sizes = [0, 1, 2, 3, 100, EventDocument.largeFrom - 1, EventDocument.largeFrom, 100_000]

    @Test(arguments: sizes)
    func bodiesOfEverySizeComeOutWhole(_ size: Int) throws {
        let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let encoded = SampleEvents.httpAPI("POST", body: Base64.encode(body), isBase64: true)
        #expect(try request(encoded).body == body)
        let text = String(decoding: body.map { $0 & 0x7F }, as: UTF8.self)
        #expect(try request(SampleEvents.httpAPI("POST", body: text)).body == Array(text.utf8))
    }

    @Test func escapedSlashesInBase64AreUndone() throws {
        let body = [UInt8](repeating: 0xFF, count: 6000)
        let text = SampleEvents.restAPI("POST", body: Base64.encode(body), isBase64: true).text()
        let document = try EventDocument(parsing: Array(text.replacing("////", with: #"\/\/\/\/"#).utf8))
        #expect(try document.body(isBase64: true) == body)
        #expect(document.value["body"]?.isNull == true)
        #expect(try document.whole()["body"]?.string == Base64.encode(body))
    }

    @Test(arguments: [
        // The member must be the event's own, and the only one.
        #"{"inner":{"body":"B"},"pad":"P"}"#, #"{"pad":"P","a":["body","B"],"b\u006fdy":"B"}"#,
        #"{"body":"B","pad":"P","body":"x"}"#, #"{"body":{"body":"B"},"pad":"P"}"#, #"["body","B","P"]"#,
    ])
    func findsOnlyTheEventsOwnBody(_ template: String) throws {
        let pad = String(repeating: "p", count: 3000)
        let text = template.replacing("\"B\"", with: "\"\(pad)\"").replacing("\"P\"", with: "\"\(pad)\"")
        let document = try EventDocument(parsing: Array(text.utf8))
        #expect(document.value == (try JSONValue(parsing: text)))
    }

    @Test(arguments: [
        #"{"a":"\\","body":"B"}"#, #"{"a":"\"body\":","body":"B"}"#, #"{ "x" : [1,{"y":"]}"}] , "body" : "B" , "z":1}"#,
        "{\"a\":\"\\\\\\\"\",\n\"body\":\"B\"}",
    ])
    func findsTheBodyBehindTrickyNeighbours(_ template: String) throws {
        let body = String(repeating: "b", count: 4000)
        let text = template.replacing("\"B\"", with: "\"\(body)\"")
        let document = try EventDocument(parsing: Array(text.utf8))
        #expect(document.value["body"]?.isNull == true)
        #expect(try document.body(isBase64: false) == Array(body.utf8))
        #expect(try document.whole() == (try JSONValue(parsing: text)))
    }

    @Test(arguments: [
        #"{"body":"B""#, #"{"body":"B"}}"#, #"{"body":"B","x":nope}"#, #"{"body":"B",}"#, #"{"body" "B"}"#,
        #"{"body":"B"#,
        #"{"x":[}],"body":"B"}"#,
    ])
    func brokenEventsAreRefusedWithTheirPlace(_ template: String) throws {
        let text = template.replacing("B", with: String(repeating: "b", count: 4000))
        let error = #expect(throws: JSONSyntaxError.self) { try EventDocument(parsing: Array(text.utf8)) }
        let plain = #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: text) }
        #expect(error == plain)
    }

    @Test(arguments: ["a*b", "abcde", "ab c", "=", "a=b=", "ab\\ncd"])
    func brokenBase64IsAnError(_ body: String) throws {
        for padding in ["", String(repeating: "AAAA", count: 1000)] {
            let text = SampleEvents.httpAPI("POST", body: "BODY", isBase64: true).text()
            let bytes = Array(text.replacing("BODY", with: padding + body).utf8)
            let document = try EventDocument(parsing: bytes)
            let error = #expect(throws: HTTPError.self) { try Request(document, kind: .httpV2) }
            #expect(error == HTTPError(400, "InvalidBody", "The body is not valid base64."))
        }
    }

    @Test func aControlCharacterInALargeTextIsAnError() throws {
        let body = String(repeating: "b", count: 4000) + "\u{1}"
        let text = SampleEvents.httpAPI("POST", body: "BODY").text().replacing("BODY", with: body)
        let document = try EventDocument(parsing: Array(text.utf8))
        #expect(throws: HTTPError.self) { try Request(document, kind: .httpV2) }
    }
}
