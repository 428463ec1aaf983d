import Testing

@testable import PictureFunctions
