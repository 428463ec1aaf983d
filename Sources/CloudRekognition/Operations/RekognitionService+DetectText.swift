import CloudCore
import JSONValue
import Recognition

extension RekognitionService {
    /// `DetectText`: what is written on a picture.
    func detectText(_ input: JSONObject) async throws -> JSONObject {
        let request = try DetectTextRequest(input)
        return try await inTurn {
            let bytes = try await self.bytes(of: request.image)
            let detections: [TextDetection]
            var version = RekognitionOutput.modelVersion
            if let fixed = try self.rules.text(of: request.image, bytes: bytes) {
                detections = fixed.detections
                version = fixed.modelVersion ?? version
            } else {
                detections = try await self.recognizer.text(in: try await self.decode(bytes))
            }
            return [
                "TextDetections": .array(request.filter.apply(to: detections).map(RekognitionOutput.detection)),
                "TextModelVersion": .string(version),
            ]
        }
    }
}
