import JSONValue
import Testing

@testable import LambdaEvents

@Suite struct EventKindTests {
    static let table: [(EventKind, JSONValue)] = [
        (.httpV2, SampleEvents.httpAPI()), (.httpV2, SampleEvents.functionURL()), (.httpV1, SampleEvents.restAPI()),
        (.httpV1, ["version": "1.0", "httpMethod": "GET", "path": "/", "requestContext": [:]]),
        (.s3, ["Records": [["eventSource": "aws:s3"]]]), (.sqs, SampleEvents.sqs([("1", "x", nil)])),
        (.eventBridge, ["detail-type": "x", "source": "y", "detail": nil]),
        (.bareHTTP, ["method": "GET", "path": "/x"]),
        // Near misses are events of one's own.
        (.bare, ["version": "2.0"]), (.bare, ["version": "2.0", "requestContext": ["http": "GET"]]),
        (.bare, ["version": 2, "requestContext": ["http": [:]]]), (.bare, ["httpMethod": "GET", "path": "/"]),
        (.bare, ["Records": []]), (.bare, ["Records": [["eventSource": "aws:kinesis"]]]),
        (.bare, ["Records": ["eventSource": "aws:s3"]]), (.bare, ["detail-type": "x", "source": "y"]),
        (.bare, ["method": "GET", "path": "x"]), (.bare, ["path": "/x"]), (.bare, [:]), (.bare, []), (.bare, "text"),
        (.bare, nil), (.bare, 7),
    ]

    @Test(arguments: table)
    func tellsKindsApart(_ kind: EventKind, _ event: JSONValue) { #expect(EventKind(of: event) == kind) }

    @Test func theSamplesAreKnown() throws {
        #expect(EventKind(of: try JSONValue(parsing: SampleEvents.s3)) == .s3)
        #expect(EventKind(of: try JSONValue(parsing: SampleEvents.scheduled)) == .eventBridge)
    }

    @Test func everyKindButTheRestHasASign() {
        #expect(
            EventKind.signs.map(\.kind).sorted { $0.rawValue < $1.rawValue }
                == EventKind.allCases.filter { $0 != .bare }.sorted { $0.rawValue < $1.rawValue })
    }
}
