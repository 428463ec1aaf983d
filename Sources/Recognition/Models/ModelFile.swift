/// The files of a model folder.
public enum ModelFile: String, Sendable, CaseIterable {
    /// ONNX Runtime's shared library.
    case runtime = "libonnxruntime.so"
    /// EfficientNet-lite: what the picture as a whole shows, and its embedding.
    case labels = "labels.onnx"
    /// What the classes of `labels.onnx` and `objects.onnx` are called, and what they are kinds of.
    case vocabulary = "labels.json"
    /// YOLOv3-tiny: things with their boxes.
    case objects = "objects.onnx"
    /// PP-OCRv5: where lines of text are.
    case textDetection = "text-detection.onnx"
    /// PP-OCRv5: what a line of text says.
    case textRecognition = "text-recognition.onnx"
    /// The characters that `text-recognition.onnx` knows, one a line, in the order of its output.
    case textCharacters = "text-characters.txt"
}
