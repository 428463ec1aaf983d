import JSONValue
import Pictures
import Testing

@testable import AWSClient
@testable import PictureFunctions

@Suite struct RecognitionUnitTests {
    @Test(arguments: ["cat", "holidays/2026/a b.jpg", " edge ", "100%", "a%2Fb", "~-._+&=?#"])
    func keysComeBackFromAnObjectsMetadata(_ text: String) throws {
        let key = try PictureKey(text)
        #expect(PictureKey(percentEncoded: key.percentEncoded) == key)
        #expect(key.percentEncoded.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
    }

    @Test(arguments: ["", "%", "%4", "%zz", "%00", "a//b"])
    func whatIsNoKeyIsNone(_ text: String) {
        #expect(PictureKey(percentEncoded: text) == nil)
    }

    @Test func waitsLongerEachTime() {
        let seconds = (0...9).map { RecognitionQueue.delay(afterAttempt: $0).components.seconds }
        #expect(seconds == [5, 5, 15, 45, 135, 405, 900, 900, 900, 900])
    }

    @Test(
        arguments: [
            ("ThrottlingException", 400, "passing"), ("ProvisionedThroughputExceededException", 400, "passing"),
            ("InternalServerError", 500, "passing"), ("ServiceUnavailable", 503, "passing"),
            ("InvalidImageFormatException", 400, "picture"), ("ImageTooLargeException", 400, "picture"),
            ("InvalidS3ObjectException", 400, "picture"), ("InvalidParameterException", 400, "picture"),
            ("SomethingNewException", 400, "picture"), ("AccessDeniedException", 400, "unavailable"),
            ("ResourceNotReadyException", 400, "unavailable"),
        ])
    func failuresPassOrStay(_ code: String, _ status: Int, _ expected: String) throws {
        let head = HTTPHead(status: status, headers: HTTPFields())
        let error = AWSError(
            service: .rekognition,
            response: HTTPResponse(head: head, body: Array(#"{"__type":"\#(code)","message":"m"}"#.utf8)))
        let failure = try #require(RecognitionFailure(error, try Self.record()))
        let kind =
            switch failure {
            case .passing: "passing"
            case .picture: "picture"
            case .unavailable: "unavailable"
            }
        #expect(kind == expected)
        #expect(failure.reason.hasSuffix(".") || failure.reason.hasSuffix("m"))
    }

    @Test func failuresOfTheStoreAreNotOfTheRecogniser() throws {
        let error = AWSError(service: "DynamoDB", code: .throttling, message: "", status: 400)
        #expect(RecognitionFailure(error, try Self.record()) == nil)
    }

    /// DynamoDB's own examples of sizes, and an upper bound for numbers.
    @Test func sizesAreThoseThatDynamoDBCounts() {
        #expect((["Author": "Ann"] as Item).storedSize == 9)
        #expect((["l": ["ab", true]] as Item).storedSize == 1 + 3 + 1 + 2 + 1 + 1)
        #expect((["m": ["k": "v"]] as Item).storedSize == 1 + 3 + 1 + 1 + 1)
        #expect(AttributeValue.stringSet(["é", "b"]).storedSize == 3)
        #expect(AttributeValue.number("0.1234").storedSize >= 3)
    }

    private static func record() throws -> PictureRecord {
        let owner = UserID(from: .system)
        return PictureRecord(
            owner: owner, key: try PictureKey("k"), object: ObjectName(in: .pictures, owner: owner, random: .system),
            fileName: nil, type: .gif, byteCount: 1, digest: ContentDigest(of: [1]), width: 10, height: 10,
            uploadedAt: Timestamp(milliseconds: 0))
    }
}
