import CloudCore
import JSONValue
import Recognition

extension RekognitionService {
    /// `DetectLabels`: what is on a picture, and how it looks.
    func detectLabels(_ input: JSONObject) async throws -> JSONObject {
        let request = try DetectLabelsRequest(input)
        return try await inTurn {
            let bytes = try await self.bytes(of: request.image)
            let answer = try await self.labels(of: bytes, request)
            var output = JSONObject()
            if request.features.contains(.generalLabels) {
                let colors = request.features.contains(.imageProperties) ? request.maxDominantColors : nil
                output["Labels"] = .array(
                    request.filter.apply(to: answer.labels).map { RekognitionOutput.label($0, maxColors: colors) })
            }
            output["LabelModelVersion"] = .string(answer.modelVersion)
            if let properties = answer.properties {
                output["ImageProperties"] = RekognitionOutput.properties(
                    properties, maxColors: request.maxDominantColors)
            }
            return output
        }
    }

    /// What is known of a picture before anything is filtered.
    private struct LabelAnswer {
        var labels: [RecognizedLabel] = []
        var properties: ImageProperties?
        var modelVersion = RekognitionOutput.modelVersion
    }

    private func labels(of bytes: [UInt8], _ request: DetectLabelsRequest) async throws -> LabelAnswer {
        let wantsProperties = request.features.contains(.imageProperties)
        if let fixed = try rules.labels(of: request.image, bytes: bytes) {
            var answer = LabelAnswer(labels: fixed.labels)
            if let version = fixed.modelVersion { answer.modelVersion = version }
            if wantsProperties {
                answer.properties = fixed.properties
                if answer.properties == nil {
                    // These need no model.
                    answer.properties = try await recognizer.properties(
                        of: try await decode(bytes), foreground: fixed.labels.foreground)
                }
            }
            return answer
        }
        let image = try await decode(bytes)
        var answer = LabelAnswer()
        if request.features.contains(.generalLabels) {
            answer.labels = try await recognizer.labels(in: image).withAncestors
        }
        if wantsProperties {
            answer.properties = try await recognizer.properties(of: image, foreground: answer.labels.foreground)
        }
        return answer
    }
}

extension [RecognizedLabel] {
    /// Where the things are that stand out.
    fileprivate var foreground: [BoundingBox] { flatMap { $0.instances.map(\.box) } }
}
