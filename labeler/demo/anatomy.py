"""A numerical chest: soft-edged analytic shapes painted slice by slice, in HU.

Coordinates are LPS millimetres: x to the patient's left, y to the back, z to the head. Distances
to curved surfaces are first-order near the surface, which is where they matter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
Point = tuple[float, float, float]

AIR, LUNG, FAT, MUSCLE, BLOOD, LIVER, NODULE = -1000, -850, -95, 45, 60, 65, 35
MARROW, CORTEX, CARTILAGE = 180, 620, 110
_TOP, _BOTTOM = 140.0, -160.0
_EDGE_MM = 1.0
_NOISE_HU = 14.0
_NOISE_FIELDS = 5


@dataclass(frozen=True)
class Ball:
    """An ellipsoid: center and half axes."""

    center: Point
    half: Point

    def depth(self, x: Plane, y: Plane, z: float) -> Plane:
        """Millimetres inside (negative: outside)."""
        u, v, w = x - self.center[0], y - self.center[1], z - self.center[2]
        a, b, c = self.half
        squares = (u / a) ** 2 + (v / b) ** 2 + (w / c) ** 2
        ratio = np.sqrt(squares) + np.float32(1e-6)
        length = np.sqrt(u * u + v * v + w * w)
        found: Plane = np.where(length > 1, length * (1 / ratio - 1), min(a, b, c)).astype(
            np.float32
        )
        return found


@dataclass(frozen=True)
class Tube:
    """A vessel between two points, thinner towards its end."""

    start: Point
    end: Point
    radius: float
    end_radius: float

    def depth(self, x: Plane, y: Plane, z: float) -> Plane:
        ax, ay, az = self.start
        dx, dy, dz = (e - s for s, e in zip(self.start, self.end, strict=True))
        square = dx * dx + dy * dy + dz * dz
        t = np.clip(((x - ax) * dx + (y - ay) * dy + (z - az) * dz) / square, 0, 1)
        away = np.sqrt((x - ax - t * dx) ** 2 + (y - ay - t * dy) ** 2 + (z - az - t * dz) ** 2)
        found: Plane = (self.radius + t * (self.end_radius - self.radius) - away).astype(np.float32)
        return found


def _depth_at(shape: Ball | Tube, point: Point) -> float:
    x, y, z = point
    return float(shape.depth(np.array([x], np.float32), np.array([y], np.float32), z)[0])


_LUNGS = (
    Ball((-73.0, 2.0, -45.0), (58.0, 88.0, 172.0)),
    Ball((75.0, 2.0, -45.0), (54.0, 86.0, 170.0)),
)
_MEDIASTINUM = Ball((0.0, -5.0, 20.0), (31.0, 78.0, 190.0))
_HEART = Ball((24.0, -28.0, -55.0), (57.0, 48.0, 62.0))
_DOMES = (
    Ball((-70.0, 5.0, -185.0), (78.0, 95.0, 92.0)),
    Ball((72.0, 0.0, -200.0), (72.0, 92.0, 82.0)),
)
_AORTA = Tube((17.0, 38.0, 55.0), (8.0, 46.0, -170.0), 13.0, 11.0)
_ARCH = Tube((-14.0, -22.0, 50.0), (17.0, 38.0, 58.0), 14.0, 13.0)
_TRACHEA = Tube((0.0, 0.0, 150.0), (-2.0, 10.0, 35.0), 9.0, 8.5)
_BRONCHI = (
    Tube((-2.0, 10.0, 35.0), (-38.0, 12.0, 5.0), 6.5, 5.0),
    Tube((-2.0, 10.0, 35.0), (42.0, 14.0, 0.0), 6.0, 4.5),
)
_OBSTACLES: tuple[Ball | Tube, ...] = (_MEDIASTINUM, _HEART, *_DOMES, _AORTA, _ARCH, *_BRONCHI)


class Chest:
    """One made-up chest; the same seed makes the same one."""

    def __init__(self, seed: int, size: int, spacing_mm: float) -> None:
        rng = np.random.default_rng(seed)
        axis = ((np.arange(size) - (size - 1) / 2) * spacing_mm).astype(np.float32)
        self._x, self._y = axis[None, :], axis[:, None]
        self._axis, self._spacing = axis, spacing_mm
        self.nodules = _place_nodules(rng)
        """Centers (LPS mm) and radii (mm)."""
        self._vessels = tuple(tube for side in (-1, 1) for tube in _tree(rng, side))
        self._noise = [_noise_field(rng, size) for _ in range(_NOISE_FIELDS)]
        self._rolls = np.random.default_rng(seed + 1)

    def slice_hu(self, z: float, thickness_mm: float) -> NDArray[np.int16]:
        """The slice at height z, averaged over its thickness where small things are, in HU."""
        x, y = self._x, self._y
        image: Plane = np.full((x.size, y.size), AIR, np.float32)
        body = _body(x, y, z)
        _paint(image, body, FAT)
        _paint(image, body - 14, MUSCLE)
        lungs = self._lungs(image, x, y, z)
        _paint_bones(image, body, x, y, z)
        small = np.zeros_like(image)
        for offset in (-thickness_mm / 3, 0.0, thickness_mm / 3):
            for tube in self._vessels:
                self._dab(small, tube, tube.radius, z + offset)
        image += small / 3 * lungs * (BLOOD - image)
        self._add_nodules(image, z, thickness_mm)
        _paint(image, _table(x, y), -200)
        image += self._grain()
        return np.clip(np.rint(image), -1024, 3071).astype(np.int16)

    def _lungs(self, image: Plane, x: Plane, y: Plane, z: float) -> Plane:
        """Paint the lungs and what lies between them; how much each pixel is lung."""
        lungs = np.zeros_like(image)
        for lung in _LUNGS:
            np.maximum(lungs, _share(lung.depth(x, y, z)), out=lungs)
        # Blood sinks to the back of a person lying down: lung is denser there.
        image += lungs * (LUNG + 0.5 * y - image)
        for ball, value in ((_MEDIASTINUM, MUSCLE - 40), (_HEART, BLOOD - 15)):
            lungs *= 1 - _paint(image, ball.depth(x, y, z), value)
        for dome, value in zip(_DOMES, (LIVER, MUSCLE + 5), strict=True):
            inside = np.minimum(dome.depth(x, y, z), _body(x, y, z) - 20)
            lungs *= 1 - _paint(image, inside, value)
        for vessel in (_AORTA, _ARCH):
            lungs *= 1 - _paint(image, vessel.depth(x, y, z), BLOOD)
        for airway in (_TRACHEA, *_BRONCHI):
            _paint(image, airway.depth(x, y, z) + 1.5, MUSCLE)
            lungs *= 1 - _paint(image, airway.depth(x, y, z), AIR + 10)
        return lungs

    def _dab(self, plane: Plane, shape: Tube, reach: float, z: float) -> None:
        """Add a small shape's share to the part of the plane it can touch."""
        low, high = sorted((shape.start[2], shape.end[2]))
        if not low - reach - 1 < z < high + reach + 1:
            return
        rows, columns = (self._span(shape.start[i], shape.end[i], reach) for i in (1, 0))
        if rows.start < rows.stop and columns.start < columns.stop:
            part = plane[rows, columns]
            share = _share(shape.depth(self._x[:, columns], self._y[rows], z))
            np.copyto(part, np.minimum(part + share, 3))

    def _span(self, a: float, b: float, reach: float) -> slice:
        low, high = min(a, b) - reach - 2, max(a, b) + reach + 2
        return slice(*(int(at) for at in np.searchsorted(self._axis, (low, high))))

    def _add_nodules(self, image: Plane, z: float, thickness_mm: float) -> None:
        for center, radius in self.nodules:
            if abs(z - center[2]) > radius + thickness_mm:
                continue
            rows, columns = (self._span(center[i], center[i], radius) for i in (1, 0))
            ball = Ball(center, (radius, radius, radius))
            heights = z + thickness_mm * np.linspace(-0.4, 0.4, 5)
            shares = [_share(ball.depth(self._x[:, columns], self._y[rows], h)) for h in heights]
            part = image[rows, columns]
            part += np.mean(shares, axis=0) * (NODULE - part)

    def _grain(self) -> Plane:
        """Correlated noise: two of a few fields, shifted, so that no two slices are alike."""
        one, two = self._rolls.choice(_NOISE_FIELDS, 2, replace=False)
        shifts = self._rolls.integers(0, self._x.size, 4)
        first = np.roll(self._noise[one], shifts[:2], (0, 1))
        second = np.roll(self._noise[two], shifts[2:], (0, 1))
        mixed: Plane = (first + second) * np.float32(_NOISE_HU / np.sqrt(2))
        return mixed


def _share(depth: Plane) -> Plane:
    """How much of a pixel is inside: 0 to 1 across the edge."""
    share: Plane = np.clip(depth * np.float32(1 / _EDGE_MM) + np.float32(0.5), 0, 1)
    return share


def _paint(image: Plane, depth: Plane, value: float) -> Plane:
    share = _share(depth)
    image += share * (value - image)
    return share


def _body(x: Plane, y: Plane, z: float) -> Plane:
    """Depth below the skin: an oval that narrows towards the neck."""
    narrow = 1.0 - 0.16 * max(0.0, (z - 60.0) / (_TOP - 60.0)) ** 2
    return Ball((0.0, 0.0, z), (163.0 * narrow, 122.0 * narrow, 1e4)).depth(x, y, z)


def _table(x: Plane, y: Plane) -> Plane:
    depth: Plane = np.minimum(2.0 - np.abs(y - 132.0 + 0.0009 * x * x), 168.0 - np.abs(x))
    return depth


def _paint_bones(image: Plane, body: Plane, x: Plane, y: Plane, z: float) -> None:
    vertebra = Ball((0.0, 62.0, z), (17.0, 14.0, 1e4)).depth(x, y, z)
    in_disc = abs((z + 500.0) % 26.0 - 13.0) < 2.5
    _paint(image, vertebra, CARTILAGE if in_disc else CORTEX)
    if not in_disc:
        _paint(image, vertebra - 2, MARROW)
    process = Ball((0.0, 90.0, z), (5.0, 14.0, 1e4)).depth(x, y, z)
    arch = Ball((0.0, 82.0, z), (22.0, 6.0, 1e4)).depth(x, y, z)
    behind: Plane = np.minimum(np.maximum(process, arch), body - 10)
    if abs((z + 507.0) % 26.0 - 13.0) < 8:
        _paint(image, behind, CORTEX - 200)
    _paint(image, Ball((0.0, 81.0, z), (8.0, 7.0, 1e4)).depth(x, y, z), 25)
    if -70 < z < 95:
        sternum = Ball((0.0, -97.0, z), (17.0, 6.0, 1e4)).depth(x, y, z)
        _paint(image, sternum, CORTEX - 250)
        _paint(image, sternum - 2, MARROW - 40)
    _paint_ribs(image, body, x, y, z)


def _paint_ribs(image: Plane, body: Plane, x: Plane, y: Plane, z: float) -> None:
    """Ribs slope down from the spine to the front: each slice cuts several, aslant."""
    forward = np.arctan2(np.abs(x), y)  # 0 at the spine, pi at the sternum
    height = z + 62.0 * (1 - np.cos(forward)) / 2 + 500.0
    across = (height % 24.0 - 12.0) / 5.5
    through = (body - 22.0) / 4.5
    rib = 4.5 * (1 - np.sqrt(across * across + through * through))
    depth: Plane = np.where((forward > 0.28) & (forward < 2.75), rib, -9).astype(np.float32)
    _paint(image, depth, CORTEX)
    _paint(image, depth - 2, MARROW)


def _tree(rng: np.random.Generator, side: int) -> list[Tube]:
    """Vessels of one lung, branching from its root."""
    lung = _LUNGS[0] if side < 0 else _LUNGS[1]
    root = np.array((34.0 * side, 10.0, 8.0))
    growing = [(root, way, 4.6) for way in _first_ways(side)]
    tubes: list[Tube] = []
    while growing and len(tubes) < 420:
        at, way, radius = growing.pop(0)
        for _ in range(2):
            turned = way + rng.normal(0, 0.45, 3)
            turned /= np.linalg.norm(turned)
            end = at + turned * rng.uniform(8.0, 12.0) * (radius + 1.5) / 2.5
            thin = radius * rng.uniform(0.68, 0.82)
            if _depth_at(lung, _point(end)) < 4:
                continue
            tubes.append(Tube(_point(at), _point(end), radius * 0.8, thin * 0.8))
            if thin > 0.7:
                growing.append((end, turned, thin))
    return tubes


def _first_ways(side: int) -> list[NDArray[np.float64]]:
    """Up, down, forward, back and out, each a little to the side."""
    ways = ((0.4, 0, 1), (0.5, 0.5, -1), (0.6, -1, 0), (0.7, 0.8, 0.3), (1, -0.3, -0.6))
    return [np.array((x * side, y, z)) / np.linalg.norm((x, y, z)) for x, y, z in ways]


def _point(values: NDArray[np.float64]) -> Point:
    x, y, z = (float(value) for value in values)
    return x, y, z


def _place_nodules(rng: np.random.Generator) -> tuple[tuple[Point, float], ...]:
    """Some nodules well inside the lungs and well apart; whole micrometres."""
    placed: list[tuple[Point, float]] = []
    for radius in (9.5, 7.5, 6.2, 5.2, 4.4):
        while True:
            x, y, z = (round(float(v), 3) for v in rng.uniform((-125, -80, -85), (125, 80, 95)))
            at = (x, y, z)
            inside = max(_depth_at(lung, at) for lung in _LUNGS)
            clear = all(_depth_at(ball, at) < -radius - 6 for ball in _OBSTACLES)
            apart = all(np.linalg.norm(np.subtract(at, other)) > 40 for other, _ in placed)
            if inside > radius + 6 and clear and apart:
                placed.append((at, radius))
                break
    return tuple(placed)


def _noise_field(rng: np.random.Generator, size: int) -> Plane:
    """Noise with the spectrum of filtered back projection: a ramp, cut off softly."""
    frequency = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None, :])
    shape = np.sqrt(frequency) * np.exp(-((frequency / 0.22) ** 2))
    field = np.fft.irfft2(np.fft.rfft2(rng.standard_normal((size, size))) * shape, (size, size))
    flat: Plane = (field / field.std()).astype(np.float32)
    return flat
