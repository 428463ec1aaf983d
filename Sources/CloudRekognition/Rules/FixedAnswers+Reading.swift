import Recognition

/// Answers stand in a file of rules as Rekognition gives them, so that one recorded with the AWS CLI can be pasted in.
extension FixedLabels {
    init(_ reader: RuleReader) {
        reader.checkMembers(["Labels", "LabelModelVersion", "ImageProperties", "OrientationCorrection"])
        labels = reader.elements("Labels").map(RecognizedLabel.init)
        properties = reader.structure("ImageProperties").map(ImageProperties.init)
        modelVersion = reader.text("LabelModelVersion")
    }
}

extension RecognizedLabel {
    fileprivate init(_ reader: RuleReader) {
        reader.checkMembers(["Name", "Confidence", "Instances", "Parents", "Aliases", "Categories"])
        func names(_ member: String) -> [String] {
            reader.elements(member).compactMap { part in
                part.checkMembers(["Name"])
                return part.text("Name", required: true)
            }
        }
        self.init(
            name: reader.text("Name", required: true) ?? "",
            confidence: reader.number("Confidence", 0...100, required: true) ?? 0, parents: names("Parents"),
            aliases: names("Aliases"), categories: names("Categories"),
            instances: reader.elements("Instances").map(LabelInstance.init))
    }
}

extension LabelInstance {
    fileprivate init(_ reader: RuleReader) {
        reader.checkMembers(["BoundingBox", "Confidence", "DominantColors"])
        self.init(
            box: reader.structure("BoundingBox", required: true).map(BoundingBox.init) ?? .whole,
            confidence: reader.number("Confidence", 0...100, required: true) ?? 0,
            dominantColors: reader.elements("DominantColors").map(DominantColor.init))
    }
}

extension FixedText {
    init(_ reader: RuleReader) {
        reader.checkMembers(["TextDetections", "TextModelVersion"])
        detections = reader.elements("TextDetections").enumerated().map { TextDetection($1, index: $0) }
        modelVersion = reader.text("TextModelVersion")
        for (index, detection) in detections.enumerated() {
            guard let parent = detection.parentID else { continue }
            if !detections.contains(where: { $0.id == parent && $0.kind == .line }) {
                reader.elements("TextDetections")[index].fault("ParentId", "is not the Id of a LINE")
            }
        }
    }
}

extension TextDetection {
    fileprivate init(_ reader: RuleReader, index: Int) {
        reader.checkMembers(["DetectedText", "Type", "Id", "ParentId", "Confidence", "Geometry"])
        let kinds: [String: Kind] = ["LINE": .line, "WORD": .word]
        let kind = reader.text("Type", required: true)
        if let kind, kinds[kind] == nil { reader.fault("Type", "must be LINE or WORD") }
        let geometry = reader.structure("Geometry")
        geometry?.checkMembers(["BoundingBox", "Polygon"])
        let box = geometry?.structure("BoundingBox").map(BoundingBox.init) ?? .whole
        let polygon = (geometry?.elements("Polygon") ?? []).map { point in
            point.checkMembers(["X", "Y"])
            return Point(
                x: point.number("X", BoundingBox.reach, required: true) ?? 0,
                y: point.number("Y", BoundingBox.reach, required: true) ?? 0)
        }
        self.init(
            text: reader.text("DetectedText", required: true) ?? "", kind: kind.flatMap { kinds[$0] } ?? .line,
            id: reader.number("Id", 0...1e6).map { Int($0) } ?? index,
            parentID: reader.number("ParentId", 0...1e6).map { Int($0) },
            confidence: reader.number("Confidence", 0...100, required: true) ?? 0, box: box,
            polygon: polygon.isEmpty ? box.corners : polygon)
    }
}

extension BoundingBox {
    /// Where the whole picture is.
    fileprivate static let whole = BoundingBox(left: 0, top: 0, width: 1, height: 1)
    /// Places may lie a little outside of the picture.
    fileprivate static let reach = -1.0...2.0

    fileprivate init(_ reader: RuleReader) {
        reader.checkMembers(["Left", "Top", "Width", "Height"])
        func number(_ name: String) -> Double { reader.number(name, Self.reach, required: true) ?? 0 }
        self.init(left: number("Left"), top: number("Top"), width: number("Width"), height: number("Height"))
    }
}

extension ImageProperties {
    fileprivate init(_ reader: RuleReader) {
        reader.checkMembers(["Quality", "DominantColors", "Foreground", "Background"])
        func part(_ name: String) -> Part? {
            reader.structure(name).map { part in
                part.checkMembers(["Quality", "DominantColors"])
                return Part(part)
            }
        }
        self.init(whole: Part(reader), foreground: part("Foreground"), background: part("Background"))
    }
}

extension ImageProperties.Part {
    fileprivate init(_ reader: RuleReader) {
        let quality = reader.structure("Quality", required: true)
        quality?.checkMembers(["Brightness", "Sharpness", "Contrast"])
        func number(_ name: String) -> Double { quality?.number(name, 0...100, required: true) ?? 0 }
        self.init(
            quality: .init(
                brightness: number("Brightness"), sharpness: number("Sharpness"), contrast: number("Contrast")),
            dominantColors: reader.elements("DominantColors").map(DominantColor.init))
    }
}

extension DominantColor {
    fileprivate init(_ reader: RuleReader) {
        reader.checkMembers(["Red", "Green", "Blue", "HexCode", "CSSColor", "SimplifiedColor", "PixelPercent"])
        func level(_ name: String) -> UInt8 { reader.number(name, 0...255, required: true).map { UInt8($0) } ?? 0 }
        self.init(
            red: level("Red"), green: level("Green"), blue: level("Blue"), cssName: reader.text("CSSColor") ?? "",
            simpleName: reader.text("SimplifiedColor") ?? "",
            percent: reader.number("PixelPercent", 0...100) ?? 0)
    }
}
