"""The picture of a terminal shows its letters, blocks and colours where they are."""

from __future__ import annotations

from tests.parts import need


def test_a_screen_is_drawn_with_its_colours() -> None:
    need("module:PIL")
    from tests.picture import CELL, INK, PAPER, draw

    wide, high = CELL
    screen = (
        "\x1b[38;5;32m█▄\x1b[0m█\x1b[7m \x1b[0m\n\x1b[48;2;1;2;3m漢\x1b[49m█\x1b[94m█\x1b[39m░\n"
    )
    image = draw(screen, (6, 2))
    assert image.size == (6 * wide, 2 * high)

    def at(column: int, row: float) -> tuple[int, int, int]:
        colour = image.getpixel((column * wide + 1, int(row * high) + 1))
        assert isinstance(colour, tuple) and len(colour) == 3
        return colour

    blue, far_blue = (0, 135, 215), (92, 92, 255)
    assert [at(column, 0) for column in range(5)] == [blue, PAPER, INK, INK, PAPER]
    assert at(1, 0.5) == blue
    assert at(0, 1) == at(1, 1.9) == (1, 2, 3)  # a wide letter takes two columns
    assert [at(column, 1) for column in (2, 3, 4, 5)] == [INK, far_blue, (51, 51, 51), PAPER]
