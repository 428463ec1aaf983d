import JSONValue
import Testing

@testable import LambdaEvents

/// The JSON without members that are null: a type that leaves out what is nil has lost nothing by it.
private func withoutNulls(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(let members):
        .object(JSONObject(members.filter { !$0.value.isNull }.map { ($0.key, withoutNulls($0.value)) }))
    case .array(let elements): .array(elements.map(withoutNulls))
    default: value
    }
}

@Suite struct EventTypesTests {
    /// Nothing of a real event may be lost on its way through a type.
    private func roundTrips<Event: Codable>(_ event: JSONValue, as type: Event.Type) throws {
        let read = try event.decode(as: type, unknownMembers: .refused)
        #expect(try JSONValue(encoding: read) == withoutNulls(event))
    }

    @Test func httpAPI() throws {
        try roundTrips(
            SampleEvents.httpAPI(query: "a=1", cookies: ["a=b"], body: "x", authorizer: ["jwt": ["claims": [:]]]),
            as: APIGatewayV2Request.self)
        try roundTrips(SampleEvents.functionURL(), as: APIGatewayV2Request.self)
    }

    @Test func restAPI() throws {
        try roundTrips(
            SampleEvents.restAPI(query: [("a", ["1", "2"])], body: "x", authorizer: ["principalId": "u"]),
            as: APIGatewayRequest.self)
        try roundTrips(SampleEvents.restAPI(), as: APIGatewayRequest.self)
    }

    @Test func s3() throws {
        let event = try JSONValue(parsing: SampleEvents.s3)
        try roundTrips(event, as: S3Event.self)
        let object = try #require(event.decode(as: S3Event.self).records.first?.s3.object)
        #expect(object.decodedKey == "my cat+dog/é.jpg")
        #expect(object.size == 1_305_107)
    }

    @Test func sqs() throws {
        let event = SampleEvents.sqs([("1", "a", nil), ("2", "b", "g")])
        try roundTrips(event, as: SQSEvent.self)
        let messages = try event.decode(as: SQSEvent.self).records
        #expect(messages.map(\.messageGroupID) == [nil, "g"])
        #expect(messages[0].approximateReceiveCount == 1)
        #expect(messages[0].messageAttributes["kind"]?.stringValue == "label")
    }

    @Test func eventBridge() throws {
        let event = try JSONValue(parsing: SampleEvents.scheduled)
        try roundTrips(event, as: ScheduledEvent.self)
        #expect(try event.decode(as: ScheduledEvent.self).isScheduled)
        struct Detail: Codable, Equatable { var key: String }
        let made: JSONValue = ["source": "pictures", "detail-type": "Stored", "detail": ["key": "cat"]]
        #expect(try made.decode(as: EventBridgeEvent<Detail>.self).detail == Detail(key: "cat"))
    }

    @Test func answers() throws {
        #expect(
            try JSONValue(encoding: SQSBatchResponse(batchItemFailures: [.init(itemIdentifier: "1")])).text()
                == #"{"batchItemFailures":[{"itemIdentifier":"1"}]}"#)
        #expect(
            try JSONValue(encoding: APIGatewayV2Response(statusCode: 201, cookies: ["a=b"], body: "x")).text()
                == #"{"statusCode":201,"cookies":["a=b"],"body":"x"}"#)
        #expect(
            try JSONValue(
                encoding: APIGatewayResponse(statusCode: 200, multiValueHeaders: ["a": ["b"]], isBase64Encoded: true)
            ).text() == #"{"statusCode":200,"multiValueHeaders":{"a":["b"]},"isBase64Encoded":true}"#)
    }

    @Test(arguments: [
        ([("1", nil), ("2", nil), ("3", nil)], ["2"], ["1", "2", "3"], ["2"]),
        ([("1", "a"), ("2", "a"), ("3", "b"), ("4", "a")], ["1"], ["1", "3"], ["1", "2", "4"]),
        ([("1", "a"), ("2", "b")], [], ["1", "2"], []),
    ])
    func batchesReportWhatFailedAndHoldTheGroup(
        _ messages: [(String, String?)], _ failing: [String], _ handled: [String], _ reported: [String]
    ) async throws {
        struct Failure: Error {}
        let event = try SampleEvents.sqs(messages.map { ($0.0, "", $0.1) }).decode(as: SQSEvent.self)
        var seen: [String] = []
        let response = await event.forEachMessage { message in
            seen.append(message.messageId)
            if failing.contains(message.messageId) { throw Failure() }
        }
        #expect(seen == handled)
        #expect(response.batchItemFailures.map(\.itemIdentifier) == reported)
    }
}
