import CloudCore
import Digests
import JSONValue
import Recognition
import Testing

@testable import CloudRekognition

@Suite struct ValidationTests {
    private let local = LocalRekognition()

    private static let one = "1 validation error detected: "

    @Test(
        arguments: [
            ("DetectLabels", [:], one + "Value null at 'image' failed to satisfy constraint: Member must not be null"),
            (
                "DetectLabels", ["Image": ["Bytes": ""]],
                one + "Value at 'image.bytes' failed to satisfy constraint: "
                    + "Member must have length greater than or equal to 1"
            ),
            (
                "DetectLabels", ["Image": Samples.image(), "MinConfidence": 101],
                one + "Value '101' at 'minConfidence' failed to satisfy constraint: "
                    + "Member must have value less than or equal to 100"
            ),
            (
                "DetectLabels", ["Image": Samples.image(), "MaxLabels": -1],
                one + "Value '-1' at 'maxLabels' failed to satisfy constraint: "
                    + "Member must have value greater than or equal to 0"
            ),
            (
                "DetectLabels", ["Image": Samples.image(), "Features": ["FACES"]],
                one + "Value '[FACES]' at 'features' failed to satisfy constraint: Member must satisfy constraint: "
                    + "[Member must satisfy enum value set: [GENERAL_LABELS, IMAGE_PROPERTIES]]"
            ),
            (
                "DetectLabels",
                ["Image": Samples.image(), "Settings": ["ImageProperties": ["MaxDominantColors": 21]]],
                one + "Value '21' at 'settings.imageProperties.maxDominantColors' failed to satisfy constraint: "
                    + "Member must have value less than or equal to 20"
            ),
            (
                "DetectLabels",
                ["Image": Samples.image(), "Settings": ["GeneralLabels": ["LabelInclusionFilters": ["a*b"]]]],
                nil
            ),
            (
                "DetectLabels",
                ["Image": Samples.image(), "Settings": ["GeneralLabels": ["LabelInclusionFilters": ["a~b"]]]],
                one + "Value '[a~b]' at 'settings.generalLabels.labelInclusionFilters' failed to satisfy constraint: "
                    + "Member must satisfy constraint: [Member must satisfy regular expression pattern: "
                    + "[A-Za-z0-9àâèçñó'-_(). ]*]"
            ),
            (
                "DetectText", ["Image": ["S3Object": ["Bucket": "b", "Name": ""]]],
                "2 validation errors detected: Value 'b' at 'image.s3Object.bucket' failed to satisfy constraint: "
                    + "Member must have length greater than or equal to 3; "
                    + "Value '' at 'image.s3Object.name' failed to satisfy constraint: "
                    + "Member must have length greater than or equal to 1"
            ),
            (
                "DetectText", ["Image": ["S3Object": ["Bucket": "a b c", "Name": "n"]]],
                one + "Value 'a b c' at 'image.s3Object.bucket' failed to satisfy constraint: "
                    + #"Member must satisfy regular expression pattern: [0-9A-Za-z\.\-_]*"#
            ),
            (
                "DetectText", ["Image": Samples.image(), "Filters": ["WordFilter": ["MinBoundingBoxHeight": 1.5.json]]],
                one + "Value '1.5' at 'filters.wordFilter.minBoundingBoxHeight' failed to satisfy constraint: "
                    + "Member must have value less than or equal to 1"
            ),
            (
                "DetectText",
                [
                    "Image": Samples.image(),
                    "Filters": ["RegionsOfInterest": .array(Array(repeating: [:], count: 11))],
                ],
                one + "Value at 'filters.regionsOfInterest' failed to satisfy constraint: "
                    + "Member must have length less than or equal to 10"
            ),
        ] as [(String, JSONValue, String?)])
    func saysWhatTheModelDemands(_ operation: String, _ input: JSONValue, _ message: String?) async {
        let answer = await local.call(operation, input)
        #expect(answer.message == message)
        #expect(answer.error == (message == nil ? nil : "ValidationException"))
        #expect(answer.status == (message == nil ? 200 : 400))
    }

    @Test(
        arguments: [
            ("DetectLabels", ["Image": [:]]),
            ("DetectLabels", ["Image": ["S3Object": ["Bucket": "pictures"]]]),
            (
                "DetectLabels",
                ["Image": ["Bytes": "iVBORw0KGgo=", "S3Object": ["Bucket": "pictures", "Name": "n"]]]
            ),
            ("DetectLabels", ["Image": Samples.image(), "Features": ["IMAGE_PROPERTIES"], "MaxLabels": 3]),
            ("DetectText", ["Image": Samples.image(), "Filters": ["RegionsOfInterest": [[:]]]]),
            (
                "DetectText",
                ["Image": Samples.image(), "Filters": ["RegionsOfInterest": [["Polygon": [["X": 0, "Y": 0]]]]]]
            ),
            (
                "DetectText",
                [
                    "Image": Samples.image(),
                    "Filters": [
                        "RegionsOfInterest": [["BoundingBox": ["Left": 0.5.json, "Top": 0, "Width": 0.6.json, "Height": 1]]]
                    ],
                ]
            ),
        ] as [(String, JSONValue)])
    func refusesWhatMakesNoSense(_ operation: String, _ input: JSONValue) async {
        let answer = await local.call(operation, input)
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

    @Test(
        arguments: [
            (Samples.image(Samples.gif), "InvalidImageFormatException", "Request has invalid image format"),
            (Samples.image([0]), "InvalidImageFormatException", "Request has invalid image format"),
            (
                Samples.object("nothing"), "InvalidS3ObjectException",
                "Unable to get object metadata from S3. Check object key, region and/or access permissions."
            ),
            (
                Samples.object("png", bucket: "others"), "InvalidS3ObjectException",
                "Unable to get object metadata from S3. Check object key, region and/or access permissions."
            ),
            (
                Samples.object("png", version: "7"), "InvalidS3ObjectException",
                "Unable to get object metadata from S3. Check object key, region and/or access permissions."
            ),
            (Samples.object("gif"), "InvalidImageFormatException", "Request has invalid image format"),
            (
                Samples.object("large"), "ImageTooLargeException",
                "Image size is too large: 15728641 bytes, maximum image size: 15728640 bytes"
            ), (Samples.object("png"), nil, nil), (Samples.object("largest"), nil, nil),
        ] as [(JSONValue, String?, String?)])
    func checksPictures(_ image: JSONValue, _ error: String?, _ message: String?) async {
        let largest = RekognitionLimits.objectBytes - Samples.png.count
        let bucket = FakeBucket(objects: [
            "png": Samples.png, "gif": Samples.gif,
            "large": Samples.png + [UInt8](repeating: 0, count: largest + 1),
            "largest": Samples.png + [UInt8](repeating: 0, count: largest),
        ])
        for operation in ["DetectLabels", "DetectText"] {
            let answer = await LocalRekognition(objects: bucket).call(operation, ["Image": image])
            #expect(answer.error == error)
            #expect(answer.message == message)
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
            answer.message == Self.one + "Value at 'image.bytes' failed to satisfy constraint: "
                + "Member must have length less than or equal to 5242880")
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
