from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cnnlint.engine.convolution import (
    convolution,
    convolution_weights,
    keras_transposed_size,
    torch_transposed_size,
    window_size,
)
from cnnlint.engine.dimension import Dim, evaluate, product, symbol
from cnnlint.engine.errors import ShapeError
from cnnlint.engine.shape import (
    broadcast,
    chunk_sizes,
    elements,
    flatten,
    permute,
    reshape,
    section_sizes,
    slice_length,
)

sizes = st.integers(1, 300)
small = st.integers(1, 9)
ends = st.none() | st.integers(-20, 20)
size_symbol = symbol("size")


@given(sizes, small, small)
def test_same_padding_with_stride_1_keeps_the_size(size: int, kernel: int, dilation: int) -> None:
    assert window_size(size, kernel, 1, "same", dilation) == size
    assert window_size(size_symbol, kernel, 1, "same", dilation) == size_symbol


@given(sizes, small, small)
def test_full_padding_undoes_valid(size: int, kernel: int, dilation: int) -> None:
    full = window_size(size_symbol, kernel, 1, "full", dilation)
    assert window_size(full, kernel, 1, "valid", dilation) == size_symbol
    assert evaluate(full, {"size": size}) == size + dilation * (kernel - 1)


@settings(max_examples=200)
@given(sizes, small, small, st.integers(0, 4), small, st.booleans())
def test_windows_are_those_that_fit(
    size: int, kernel: int, stride: int, wanted: int, dilation: int, ceil_mode: bool
) -> None:
    width = dilation * (kernel - 1) + 1
    padding = (min(wanted, kernel // 2), min(wanted, kernel // 2))
    whole = size + sum(padding)
    starts = [start for start in range(0, whole, stride) if start + width <= whole]
    if ceil_mode and whole > width - stride:
        hanging = (starts[-1] + stride) if starts else 0
        if hanging < size + padding[0] and (not starts or starts[-1] + width < whole):
            starts.append(hanging)
    try:
        found = window_size(size, kernel, stride, padding, dilation, ceil_mode)
    except ShapeError:
        assert not starts
        return
    assert found == len(starts)
    symbolic = window_size(size_symbol, kernel, stride, padding, dilation, ceil_mode)
    assert evaluate(symbolic, {"size": size}) == found


@given(sizes, small, small, st.integers(0, 4))
def test_a_transposed_convolution_goes_the_way_back(size: int, kernel: int, stride: int, padding: int) -> None:
    larger = torch_transposed_size(size, kernel, stride, padding)
    if isinstance(larger, int) and larger >= 1:
        assert window_size(larger, kernel, stride, (padding, padding)) == size
    assert keras_transposed_size(size, kernel, stride, "same") == size * stride


@given(small, small, small, sizes, sizes)
def test_weights_do_not_depend_on_the_input_size(
    channels: int, filters: int, kernel: int, height: int, width: int
) -> None:
    weights, bias = convolution_weights(channels, filters, (kernel, kernel))
    assert weights == kernel * kernel * channels * filters
    assert bias == filters
    output = convolution((1, channels, height, width), filters, (kernel, kernel), padding="same")
    assert output == (1, filters, height, width)


@settings(max_examples=300)
@given(st.integers(0, 30), ends, ends, st.integers(1, 4))
def test_a_slice_has_pythons_length(size: int, start: int | None, stop: int | None, step: int) -> None:
    wanted = len(range(size)[start:stop:step])
    assert slice_length(size, start, stop, step) == wanted
    symbolic = slice_length(symbol("size", 0), start, stop, step)
    assert evaluate(symbolic, {"size": size}) == wanted


@given(st.integers(1, 100), st.integers(1, 12))
def test_pieces_add_up(size: int, count: int) -> None:
    assert sum(evaluate(piece, {}) for piece in chunk_sizes(size, count)) == size
    assert sum(evaluate(piece, {}) for piece in section_sizes(size, count, even=False)) == size
    total: Dim = 0
    for piece in section_sizes(size_symbol, count, even=False):
        total += piece
    assert evaluate(total, {"size": size}) == size


shape_lists = st.lists(st.integers(1, 6), min_size=1, max_size=4).map(tuple)


@given(shape_lists)
def test_reshaping_keeps_the_elements(shape: tuple[int, ...]) -> None:
    assert flatten(shape) == (product(shape),)
    assert reshape(shape, (-1, shape[-1])) == (product(shape[:-1]), shape[-1])
    back = permute(permute(shape, range(len(shape))[::-1]), range(len(shape))[::-1])
    assert back == shape
    assert elements(permute(shape, range(len(shape))[::-1])) == elements(shape)


@given(shape_lists)
def test_broadcasting_with_ones_changes_nothing(shape: tuple[int, ...]) -> None:
    assert broadcast(shape, (1,) * len(shape)) == shape
    assert broadcast((), shape) == shape
    assert broadcast((symbol("batch"), *shape), shape) == (symbol("batch"), *shape)
