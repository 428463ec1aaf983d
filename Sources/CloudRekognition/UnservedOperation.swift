import CloudCore

/// Operations of Rekognition that this local cloud does not offer: known by name, so that a caller learns that it is not
/// a spelling mistake, and why.
enum UnservedOperation {
    /// What an operation works with, and what there is none of here.
    enum Subject: String, Sendable, CaseIterable {
        case faces = "faces are not recognised"
        case celebrities = "celebrities are not recognised"
        case moderation = "content is not moderated"
        case protectiveEquipment = "protective equipment is not recognised"
        case customLabels = "there are no custom labels"
        case video = "videos are not analysed"
        case streams = "video streams are not analysed"
        case liveness = "the liveness of faces is not checked"
        case bulkAnalysis = "there are no bulk analysis jobs"
        case tags = "there is nothing that could be tagged"
    }

    /// Every operation of the service's model that is not served, by what it works with.
    static let subjects: [String: Subject] = {
        var subjects: [String: Subject] = [:]
        for (subject, names) in table {
            for name in names.split(separator: " ") { subjects[String(name)] = subject }
        }
        return subjects
    }()

    private static let table: KeyValuePairs<Subject, String> = [
        .faces: """
        AssociateFaces CompareFaces CreateCollection CreateUser DeleteCollection DeleteFaces DeleteUser \
        DescribeCollection DetectFaces DisassociateFaces IndexFaces ListCollections ListFaces ListUsers SearchFaces \
        SearchFacesByImage SearchUsers SearchUsersByImage
        """,
        .celebrities: "GetCelebrityInfo RecognizeCelebrities",
        .moderation: "DetectModerationLabels",
        .protectiveEquipment: "DetectProtectiveEquipment",
        .customLabels: """
        CopyProjectVersion CreateDataset CreateProject CreateProjectVersion DeleteDataset DeleteProject \
        DeleteProjectPolicy DeleteProjectVersion DescribeDataset DescribeProjectVersions DescribeProjects \
        DetectCustomLabels DistributeDatasetEntries ListDatasetEntries ListDatasetLabels ListProjectPolicies \
        PutProjectPolicy StartProjectVersion StopProjectVersion UpdateDatasetEntries
        """,
        .video: """
        GetCelebrityRecognition GetContentModeration GetFaceDetection GetFaceSearch GetLabelDetection GetPersonTracking \
        GetSegmentDetection GetTextDetection StartCelebrityRecognition StartContentModeration StartFaceDetection \
        StartFaceSearch StartLabelDetection StartPersonTracking StartSegmentDetection StartTextDetection
        """,
        .streams: """
        CreateStreamProcessor DeleteStreamProcessor DescribeStreamProcessor ListStreamProcessors StartStreamProcessor \
        StopStreamProcessor UpdateStreamProcessor
        """,
        .liveness: "CreateFaceLivenessSession GetFaceLivenessSessionResults",
        .bulkAnalysis: "GetMediaAnalysisJob ListMediaAnalysisJobs StartMediaAnalysisJob",
        .tags: "ListTagsForResource TagResource UntagResource",
    ]

    /// The error for an operation that is not served: 501 for one that Rekognition has, 400 for one that it has not.
    static func error(for name: String) -> ServiceError {
        guard let subject = subjects[name] else {
            return ServiceError(
                "UnknownOperationException",
                name.isEmpty
                    ? "The request names no operation in X-Amz-Target."
                    : "Amazon Rekognition has no operation \(name).")
        }
        return ServiceError(
            "UnsupportedOperationException",
            "\(name) is not offered by this local cloud: \(subject.rawValue). "
                + "It offers \(RekognitionService.operations.keys.sorted().joined(separator: " and ")).", status: 501)
    }
}
