package org.palimpsest.torch.memory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.pytorch.DataPtr;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceGuardImplInterface;
import org.bytedeco.pytorch.Stream;
import org.bytedeco.pytorch.global.torch;

/**
 * A device with streams, in the heap: it knows which work has ended for certain when work of a
 * stream begins. Waits of the host would call native code without an object, and fail.
 */
final class SimulatedStreams extends DeviceGuardImplInterface {
  private final Map<Long, Set<String>> done = new HashMap<>();
  private final Map<Long, Set<String>> events = new HashMap<>();
  private final List<Long> recorded = new ArrayList<>();
  private long streams;
  private long current;
  private long destroyed;

  SimulatedStreams() {
    super((Pointer) null);
  }

  /** Work for the current stream; returns what has ended before it. */
  Set<String> work(String name) {
    Set<String> before = Set.copyOf(of(current));
    of(current).add(name);
    return before;
  }

  private Set<String> of(long stream) {
    return done.computeIfAbsent(stream, unused -> new HashSet<>());
  }

  /** The current stream; 0 is that of a thread outside of computations. */
  long current() {
    return current;
  }

  /** Streams that use memory which another one has allocated, in the order of the calls. */
  List<Long> recorded() {
    return recorded;
  }

  /** Events that were destroyed. */
  long destroyed() {
    return destroyed;
  }

  private static Stream stream(long id) {
    return new Stream(Stream.Unsafe.UNSAFE, new Device("cpu"), id);
  }

  @Override
  public Stream getStreamFromGlobalPool(Device device, boolean highPriority) {
    return stream(++streams);
  }

  @Override
  public Stream getStream(Device device) {
    return stream(current);
  }

  @Override
  public Stream exchangeStream(Stream stream) {
    Stream before = stream(current);
    current = stream.id();
    return before;
  }

  @Override
  @SuppressWarnings("rawtypes") // as generated
  public void record(PointerPointer event, Stream stream, byte device, torch.EventFlag flag) {
    if (event.get(0) == null) {
      event.put(0, new At(8));
    }
    events.put(event.get(0).address(), Set.copyOf(of(stream.id())));
  }

  @Override
  public void block(Pointer event, Stream stream) {
    of(stream.id()).addAll(events.get(event.address()));
  }

  @Override
  public void destroyEvent(Pointer event, byte device) {
    destroyed += event == null ? 0 : 1;
  }

  @Override
  public void recordDataPtrOnStream(DataPtr data, Stream stream) {
    recorded.add(stream.id());
  }

  /** An address. */
  private static final class At extends Pointer {
    At(long address) {
      this.address = address;
    }
  }
}
