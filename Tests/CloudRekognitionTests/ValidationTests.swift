import CloudCore
import Digests
import JSONValue
import Recognition
import Testing

@testable import CloudRekognition

@Suite struct ValidationTests {
    private let local = LocalRekognition()

    /// An operation, the members of its input beside a picture, and what is wrong with it.
    struct Case: Sendable {
        var operation: String
        var input: String
        var message: String?

        init(_ operation: String, _ input: String, _ message: String?) {
            self.operation = operation
            self.input = input.replacing("PICTURE", with: #""Image": {"Bytes": "iVBORw0KGgo="}"#)
            self.message = message
        }
    }

    /// What the model demands of one value.
    private static func fault(_ place: String, _ constraint: String, count: Int = 1) -> String {
        "\(count) validation error\(count == 1 ? "" : "s") detected: Value"
            + "\(place) failed to satisfy constraint: Member must \(constraint)"
    }

    private static let unmet: [Case] = [
        Case("DetectLabels", "{}", fault(" null at 'image'", "not be null")),
        Case(
            "DetectLabels", #"{"Image": {"Bytes": ""}}"#,
            fault(" at 'image.bytes'", "have length greater than or equal to 1")),
        Case(
            "DetectLabels", #"{PICTURE, "MinConfidence": 101}"#,
            fault(" '101' at 'minConfidence'", "have value less than or equal to 100")),
        Case(
            "DetectLabels", #"{PICTURE, "MaxLabels": -1}"#,
            fault(" '-1' at 'maxLabels'", "have value greater than or equal to 0")),
        Case(
            "DetectLabels", #"{PICTURE, "Features": ["FACES"]}"#,
            fault(
                " '[FACES]' at 'features'",
                "satisfy constraint: [Member must satisfy enum value set: [GENERAL_LABELS, IMAGE_PROPERTIES]]")),
        Case(
            "DetectLabels", #"{PICTURE, "Settings": {"ImageProperties": {"MaxDominantColors": 21}}}"#,
            fault(" '21' at 'settings.imageProperties.maxDominantColors'", "have value less than or equal to 20")),
        Case("DetectLabels", #"{PICTURE, "Settings": {"GeneralLabels": {"LabelInclusionFilters": ["a*b"]}}}"#, nil),
        Case(
            "DetectLabels", #"{PICTURE, "Settings": {"GeneralLabels": {"LabelInclusionFilters": ["a~b"]}}}"#,
            fault(
                " '[a~b]' at 'settings.generalLabels.labelInclusionFilters'",
                "satisfy constraint: [Member must satisfy regular expression pattern: [A-Za-z0-9àâèçñó'-_(). ]*]")),
        Case(
            "DetectText", #"{"Image": {"S3Object": {"Bucket": "b", "Name": ""}}}"#,
            fault(
                " 'b' at 'image.s3Object.bucket'",
                "have length greater than or equal to 3; Value '' at 'image.s3Object.name' failed to satisfy "
                    + "constraint: Member must have length greater than or equal to 1", count: 2)),
        Case(
            "DetectText", #"{"Image": {"S3Object": {"Bucket": "a b c", "Name": "n"}}}"#,
            fault(
                " 'a b c' at 'image.s3Object.bucket'",
                #"satisfy regular expression pattern: [0-9A-Za-z\.\-_]*"#)),
        Case(
            "DetectText", #"{PICTURE, "Filters": {"WordFilter": {"MinBoundingBoxHeight": 1.5}}}"#,
            fault(" '1.5' at 'filters.wordFilter.minBoundingBoxHeight'", "have value less than or equal to 1")),
        Case(
            "DetectText",
            #"{PICTURE, "Filters": {"RegionsOfInterest": [{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}]}}"#,
            fault(" at 'filters.regionsOfInterest'", "have length less than or equal to 10")),
    ]

    @Test(arguments: unmet)
    func saysWhatTheModelDemands(_ one: Case) async {
        let answer = await local.send(one.operation, Array(one.input.utf8))
        #expect(answer.message == one.message)
        #expect(answer.error == (one.message == nil ? nil : "ValidationException"))
        #expect(answer.status == (one.message == nil ? 200 : 400))
    }

    private static let senseless: [Case] =
        [
            #"{"Image": {}}"#, #"{"Image": {"S3Object": {"Bucket": "pictures"}}}"#,
            #"{"Image": {"Bytes": "iVBORw0KGgo=", "S3Object": {"Bucket": "pictures", "Name": "n"}}}"#,
        ].map { Case("DetectLabels", $0, nil) }
        + [
            Case("DetectLabels", #"{PICTURE, "Features": ["IMAGE_PROPERTIES"], "MaxLabels": 3}"#, nil),
            Case("DetectText", #"{PICTURE, "Filters": {"RegionsOfInterest": [{}]}}"#, nil),
            Case("DetectText", #"{PICTURE, "Filters": {"RegionsOfInterest": [{"Polygon": [{"X": 0, "Y": 0}]}]}}"#, nil),
            Case(
                "DetectText",
                #"{PICTURE, "Filters": {"RegionsOfInterest": [{"BoundingBox": "#
                    + #"{"Left": 0.5, "Top": 0, "Width": 0.6, "Height": 1}}]}}"#, nil),
        ]

    @Test(arguments: senseless)
    func refusesWhatMakesNoSense(_ one: Case) async {
        let answer = await local.send(one.operation, Array(one.input.utf8))
        #expect(answer.status == 400)
        #expect(answer.error == "InvalidParameterException")
        #expect(answer.message == "Request has invalid parameters")
        #expect(answer["Code"] == "InvalidParameterException")
    }

    @Test(
        arguments: [
            #"{"Image":{"Bytes":7}}"#, #"{"Image":{"Bytes":"%%%"}}"#, #"{"Image":[]}"#, #"{"Image":"#, "[]",
            #"{"Image":{"Bytes":"iVBORw0KGgo="},"MaxLabels":"many"}"#,
            #"{"Image":{"Bytes":"iVBORw0KGgo="},"MaxLabels":1e300}"#,
            #"{"Image":{"Bytes":"iVBORw0KGgo="},"Features":"GENERAL_LABELS"}"#,
        ])
    func refusesWhatIsOfAnotherKind(_ body: String) async {
        let answer = await local.send("DetectLabels", Array(body.utf8))
        #expect(answer.status == 400)
        #expect(answer.error == "SerializationException")
    }

    private static let wordings = [
        "InvalidImageFormatException": "Request has invalid image format",
        "InvalidS3ObjectException":
            "Unable to get object metadata from S3. Check object key, region and/or access permissions.",
        "ImageTooLargeException": "Image size is too large: 15728641 bytes, maximum image size: 15728640 bytes",
    ]

    private static let pictures: [(JSONValue, String?)] = [
        (Samples.image(Samples.gif), "InvalidImageFormatException"),
        (Samples.image([0]), "InvalidImageFormatException"),
        (Samples.object("nothing"), "InvalidS3ObjectException"),
        (Samples.object("png", bucket: "others"), "InvalidS3ObjectException"),
        (Samples.object("png", version: "7"), "InvalidS3ObjectException"),
        (Samples.object("gif"), "InvalidImageFormatException"), (Samples.object("large"), "ImageTooLargeException"),
        (Samples.object("png"), nil), (Samples.object("largest"), nil),
    ]

    @Test(arguments: pictures)
    func checksPictures(_ image: JSONValue, _ error: String?) async {
        let largest = RekognitionLimits.objectBytes - Samples.png.count
        let bucket = FakeBucket(objects: [
            "png": Samples.png, "gif": Samples.gif,
            "large": Samples.png + [UInt8](repeating: 0, count: largest + 1),
            "largest": Samples.png + [UInt8](repeating: 0, count: largest),
        ])
        for operation in ["DetectLabels", "DetectText"] {
            let answer = await LocalRekognition(objects: bucket).call(operation, ["Image": image])
            #expect(answer.error == error)
            #expect(answer.message == error.flatMap { Self.wordings[$0] })
            #expect(answer.status == (error == nil ? 200 : 400))
        }
    }

    @Test func countsTheBytesOfRequests() async {
        let rest = RekognitionLimits.imageBytes - Samples.png.count
        let most = Samples.image(Samples.png + [UInt8](repeating: 0, count: rest))
        #expect(await local.call("DetectText", ["Image": most]).status == 200)
        let more = Samples.image(Samples.png + [UInt8](repeating: 0, count: rest + 1))
        let answer = await local.call("DetectText", ["Image": more])
        #expect(answer.error == "ValidationException")
        #expect(
            answer.message == Self.fault(" at 'image.bytes'", "have length less than or equal to 5242880"))
        let flood = Samples.image([UInt8](repeating: 0, count: RekognitionLimits.imageBytes + (1 << 20)))
        #expect(await local.call("DetectText", ["Image": flood]).status == 413)
    }

    @Test(
        arguments: [
            (79, 100, "InvalidParameterException", "Request has invalid parameters"),
            (100, 79, "InvalidParameterException", "Request has invalid parameters"),
            (
                10_001, 100, "ImageTooLargeException",
                "Input image dimensions 10001 x 100 exceed maximum dimension size of 10000 pixels"
            ), (80, 10_000, nil, nil),
        ] as [(Int, Int, String?, String?)])
    func measuresPictures(_ width: Int, _ height: Int, _ error: String?, _ message: String?) async {
        let local = LocalRekognition(FakeRecognizer(width: width, height: height))
        let answer = await local.call("DetectText", ["Image": Samples.image()])
        #expect(answer.error == error)
        #expect(answer.message == message)
    }

    @Test(
        arguments: [
            (.notAnImage, "InvalidImageFormatException", 400),
            (.imageDamaged(format: "PNG", reason: "r"), "InvalidImageFormatException", 400),
            (.imageUnsupported(format: "PNG", reason: "r"), "InvalidImageFormatException", 400),
            (.imageTooLarge(width: 20_000, height: 1), "ImageTooLargeException", 400),
            (.modelsMissing(folder: "f"), "ResourceNotReadyException", 400),
            (.modelDamaged(path: "p", reason: "r"), "ResourceNotReadyException", 400),
            (.busy, "ProvisionedThroughputExceededException", 400), (.outOfMemory, "ThrottlingException", 400),
            (.recognitionFailed(model: "m", reason: "r"), "InternalServerError", 500),
        ] as [(RecognitionError, String, Int)])
    func tellsWhyRecognitionFailed(_ failure: RecognitionError, _ error: String, _ status: Int) async {
        let answer = await LocalRekognition(FakeRecognizer(failure: failure)).call(
            "DetectLabels", ["Image": Samples.image()])
        #expect(answer.error == error)
        #expect(answer.status == status)
    }

    @Test func saysHowToGetModels() async {
        let local = LocalRekognition(FakeRecognizer(failure: .modelsMissing(folder: "/x/.models")))
        let answer = await local.call("DetectText", ["Image": Samples.image()])
        #expect(answer.message?.contains("run `make models`") == true)
    }
}
