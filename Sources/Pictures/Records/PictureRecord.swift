/// All that the service knows of a picture: one row of `Pictures`.
public struct PictureRecord: Sendable, Hashable {
    /// Whose picture it is.
    public var owner: UserID
    /// The name that the owner keeps it under.
    public var key: PictureKey
    /// Where its bytes are.
    public var object: ObjectName
    /// What its file was called.
    public var fileName: FileName?
    /// What its bytes are.
    public var type: ImageType
    /// How many bytes it has.
    public var byteCount: Int
    /// The SHA-256 of its bytes.
    public var digest: ContentDigest
    /// Pixels across, as it is shown.
    public var width: Int
    /// Pixels down, as it is shown.
    public var height: Int
    /// Frames, where it moves; otherwise 1.
    public var frameCount: Int
    /// When it was photographed, by the camera's word.
    public var takenAt: PhotographTime?
    /// When it was stored.
    public var uploadedAt: Timestamp
    /// How far recognition has come.
    public var recognition: RecognitionState
    /// When recognition last brought anything.
    public var recognizedAt: Timestamp?
    /// What recognition saw, the surest first; at most ``Label/limit``.
    public var labels: [Label]
    /// What recognition read.
    public var textLines: [TextLine]
    /// The class that the classifier gave it.
    public var predictedClass: String?
    /// The class that an admin gave it.
    public var adminLabel: String?
    /// Whether the classifier has learnt from it.
    public var isTrained: Bool

    /// The row of a picture that was just uploaded.
    public init(
        owner: UserID, key: PictureKey, object: ObjectName, fileName: FileName?, header: ImageHeader, byteCount: Int,
        digest: ContentDigest, uploadedAt: Timestamp
    ) {
        let (width, height) = header.shownSize
        self.init(
            owner: owner, key: key, object: object, fileName: fileName, type: header.type, byteCount: byteCount,
            digest: digest, width: width, height: height, uploadedAt: uploadedAt)
        frameCount = header.frameCount
        takenAt = header.takenAt
    }

    /// A row of a still picture that nothing more is known of: recognition is yet to come.
    public init(
        owner: UserID, key: PictureKey, object: ObjectName, fileName: FileName?, type: ImageType, byteCount: Int,
        digest: ContentDigest, width: Int, height: Int, uploadedAt: Timestamp
    ) {
        self.owner = owner
        self.key = key
        self.object = object
        self.fileName = fileName
        self.type = type
        self.byteCount = byteCount
        self.digest = digest
        self.width = width
        self.height = height
        frameCount = 1
        self.uploadedAt = uploadedAt
        recognition = .queued
        labels = []
        textLines = []
        isTrained = false
    }

    /// Label names and their parents in search form, each once.
    public var searchableLabels: [String] { Label.searchForms(of: labels) }

    /// All that was read, in search form.
    public var searchableText: String { TextLine.searchForm(of: textLines) }
}
