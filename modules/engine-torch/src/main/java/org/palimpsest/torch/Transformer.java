package org.palimpsest.torch;

import java.util.List;
import java.util.function.DoubleConsumer;
import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.Device;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Precision;
import org.palimpsest.model.replica.LossSink;
import org.palimpsest.model.replica.PackedSequences;
import org.palimpsest.model.replica.Slice;
import org.palimpsest.model.replica.SliceLoop;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.torch.layer.DropoutRng;
import org.palimpsest.torch.memory.Buffer;
import org.palimpsest.torch.memory.Workspace;
import org.palimpsest.torch.sequence.Rows;
import org.palimpsest.torch.sequence.SliceTensors;
import org.palimpsest.torch.stack.DecoderStack;
import org.palimpsest.torch.stack.DecodingState;
import org.palimpsest.torch.stack.Encoder;
import org.palimpsest.torch.stack.Head;

/**
 * The encoder-decoder in every architecture of {@link ModelSpec}, with an explicit backward pass:
 * every layer keeps what its backward needs in memory that the next slice reuses, and adds to the
 * gradients in place.
 */
final class Transformer implements SliceLoop.Passes, AutoCloseable {
  /** In bf16 adding to the gradients costs more, and happens once per slice. */
  private static final int BF16_SLICE_ELEMENTS = 1 << 20;

  /** GPUs need large products. */
  private static final int GPU_SLICE_ELEMENTS = 1 << 24;

  private final SliceLoop slices;
  private final Workspace workspace;
  private final MemoryGuard memory;
  private final DropoutRng dropoutRng;
  private final Encoder encoder;
  private final DecoderStack decoder;
  private final Head head;
  private final Buffer gradients;
  private final Buffer memoryGradients;

  /**
   * A network over flat vectors of the layout's length.
   *
   * @param sliceRows source or target rows of a slice; see {@link SliceLoop}
   */
  Transformer(
      ModelSpec spec,
      Numerics numerics,
      Tensor parameters,
      Tensor parameterGradients,
      int sliceRows) {
    slices = new SliceLoop(this, sliceRows);
    workspace = new Workspace(spec, numerics, parameters, parameterGradients);
    memory = new MemoryGuard(workspace);
    dropoutRng = new DropoutRng();
    encoder = new Encoder(workspace, dropoutRng);
    decoder = new DecoderStack(workspace, dropoutRng);
    dropoutRng.sites(workspace.nextSite());
    head = new Head(workspace);
    gradients = workspace.scratch("gradient");
    memoryGradients = workspace.scratch("memory gradient");
  }

  /** Rows of a slice with which matrix products reach full speed. */
  static int sliceRows(ModelSpec spec, Device device, Precision precision) {
    if (device.isCuda()) {
      return SliceLoop.rows(spec.width(), GPU_SLICE_ELEMENTS);
    }
    return precision == Precision.BF16
        ? SliceLoop.rows(spec.width(), BF16_SLICE_ELEMENTS)
        : SliceLoop.rows(spec.width());
  }

  /** The loop over batches. */
  SliceLoop slices() {
    return slices;
  }

  @Override
  public void begin() {
    workspace.refresh();
  }

  @Override
  public void backward(Slice slice, DropoutKey key, int number, DoubleConsumer losses) {
    memory.guard(
        slice,
        () -> {
          dropoutRng.begin(key, number);
          backward(SliceTensors.of(workspace, slice), losses);
        });
  }

  private void backward(SliceTensors slice, DoubleConsumer losses) {
    Tensor sourceMask = slice.source().paddingMask();
    Tensor encoded = encoder.forward(slice.source(), sourceMask);
    Tensor decoded = decoder.forward(slice.target(), encoded, slice.source(), sourceMask);
    Tensor gradient = gradients.shaped(decoded.size(0), decoded.size(1));
    head.backward(decoded, slice, gradient, losses);
    Tensor memoryGradient = memoryGradients.shaped(encoded.size(0), encoded.size(1));
    memoryGradient.zero_();
    decoder.backward(gradient, memoryGradient);
    encoder.backward(memoryGradient);
  }

  @Override
  public void score(Slice slice, LossSink sink) {
    memory.guard(
        slice,
        () -> {
          dropoutRng.silence();
          SliceTensors tensors = SliceTensors.of(workspace, slice);
          Tensor sourceMask = tensors.source().paddingMask();
          Tensor encoded = encoder.forward(tensors.source(), sourceMask);
          Tensor decoded = decoder.forward(tensors.target(), encoded, tensors.source(), sourceMask);
          head.score(decoded, tensors, sink);
        });
  }

  /** Encodes sources without dropout: one row per token, which the next use overwrites. */
  Tensor encode(List<int[]> sources) {
    workspace.refresh();
    dropoutRng.silence();
    Rows rows = new Rows(workspace, PackedSequences.of(sources));
    return encoder.forward(rows, rows.paddingMask());
  }

  /**
   * Encodes sources, for sequences that are decoded token by token.
   *
   * @param beams sequences per source
   * @param room tokens of the longest sequence
   * @return a state in native memory of the innermost open scope
   */
  DecodingState begin(List<int[]> sources, int beams, int room) {
    workspace.refresh();
    dropoutRng.silence();
    Rows rows = new Rows(workspace, PackedSequences.of(sources));
    Tensor mask = rows.paddingMask();
    DecodingState state = new DecodingState(workspace, mask, (long) sources.size() * beams, room);
    decoder.projectMemory(encoder.forward(rows, mask), rows, state);
    return state;
  }

  /**
   * Decodes one position of each sequence.
   *
   * @param tokens the last token of each sequence
   * @return log-probabilities of the next token: sequences by vocabulary
   */
  Tensor step(DecodingState state, int[] tokens) {
    Tensor y = decoder.step(state, tokens);
    state.advance();
    return head.logProbabilities(y);
  }

  /** Copies indices to the network's device. */
  Tensor indices(int[] values) {
    return workspace.indices(values);
  }

  /** Bytes of all buffers so far. */
  long bytes() {
    return workspace.bytes();
  }

  @Override
  public void close() {
    workspace.close();
  }
}
