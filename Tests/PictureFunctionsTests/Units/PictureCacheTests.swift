import Pictures
import Testing

@testable import PictureFunctions

@Suite struct PictureCacheTests {
    private let owner = UserID(from: .system)

    private func object() -> ObjectName { ObjectName(in: .pictures, owner: owner, random: .system) }

    @Test func keepsWhatFitsAndDropsTheLongestUnused() {
        let cache = PictureCache(capacity: 100)
        let (a, b, c, d, e) = (object(), object(), object(), object(), object())
        for name in [a, b, c, d] { cache[name] = [UInt8](repeating: 1, count: 25) }
        #expect(cache.byteCount == 100)
        #expect(cache[a] != nil)
        cache[e] = [2]
        #expect(cache[b] == nil)
        for name in [a, c, d, e] { #expect(cache[name] != nil) }
        #expect(cache.byteCount == 76)
    }

    @Test func keepsNothingThatIsLargeOrGone() {
        let cache = PictureCache(capacity: 100)
        let name = object()
        cache[name] = [UInt8](repeating: 1, count: 26)
        #expect(cache[name] == nil)
        cache[name] = [1]
        cache[name] = [1, 2]
        #expect(cache.byteCount == 2)
        cache[name] = nil
        #expect(cache[name] == nil)
        #expect(cache.byteCount == 0)
    }

    @Test func neverHoldsMoreThanItsCapacity() {
        let cache = PictureCache(capacity: 1_000)
        for count in 0..<2_000 {
            cache[object()] = [UInt8](repeating: 0, count: count % 300)
            #expect(cache.byteCount <= 1_000)
        }
    }
}
