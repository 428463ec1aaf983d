import Testing

@testable import Recognition

@Suite("Rectangles at any angle")
struct OrientedRectangleTests {
    private func isNear(_ found: PlaneVector, _ x: Double, _ y: Double) -> Bool {
        (found - PlaneVector(x, y)).length < 1e-9
    }

    @Test("Corners go clockwise as the text is read")
    func corners() {
        let upright = OrientedRectangle(at: 50, 20, 80, 10).corners
        #expect(upright == [PlaneVector(10, 15), PlaneVector(90, 15), PlaneVector(90, 25), PlaneVector(10, 25)])
        // Read downwards: the text begins at the top, its letters' tops look to the right.
        let downwards = OrientedRectangle(at: 50, 20, 80, 10, degrees: 90).corners
        #expect(isNear(downwards[0], 55, -20) && isNear(downwards[1], 55, 60))
        #expect(isNear(downwards[2], 45, 60) && isNear(downwards[3], 45, -20))
    }

    @Test("A slice is a part of the width at full height")
    func slice() {
        let slice = OrientedRectangle(at: 50, 20, 80, 10, degrees: 90).slice(from: 0.25, to: 0.5)
        #expect(isNear(slice.center, 50, 10) && abs(slice.width - 20) < 1e-9 && slice.height == 10)
    }

    @Test("Stretching follows both axes of the picture", arguments: [0.0, 20, 90, 160, 270])
    func scaled(degrees: Double) {
        let rectangle = OrientedRectangle(at: 30, 40, 100, 20, degrees: degrees)
        let even = rectangle.scaled(by: PlaneVector(2, 2))
        #expect(isNear(even.center, 60, 80) && abs(even.width - 200) < 1e-9 && abs(even.height - 40) < 1e-9)
        let uneven = rectangle.scaled(by: PlaneVector(2, 3))
        #expect(abs(uneven.area - rectangle.area * 6) < 1e-6)
        #expect(abs(uneven.axis.length - 1) < 1e-9)
    }

    @Test("A quarter turn and a turn about keep the place")
    func turned() {
        let rectangle = OrientedRectangle(at: 30, 40, 100, 20, degrees: 30)
        #expect(rectangle.reversed.corners[0] == rectangle.corners[2])
        let quarter = rectangle.turnedQuarter
        #expect(quarter.width == 20 && quarter.height == 100)
        #expect((quarter.corners[0] - rectangle.corners[1]).length < 1e-9)
    }
}
