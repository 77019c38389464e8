package org.palimpsest.gpucheck;

import java.util.HashMap;
import java.util.Map;
import org.bytedeco.cuda.cudart.CUctx_st;
import org.bytedeco.cuda.cupti.CUpti_Activity;
import org.bytedeco.cuda.cupti.CUpti_ActivityKernel11;
import org.bytedeco.cuda.cupti.CUpti_BuffersCallbackCompleteFunc;
import org.bytedeco.cuda.cupti.CUpti_BuffersCallbackRequestFunc;
import org.bytedeco.cuda.global.cupti;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;

/** Buffers that CUPTI fills in its own threads. */
final class KernelRecords {
  private static final long BUFFER = 8L << 20;

  private final Map<Long, BytePointer> buffers = new HashMap<>();
  private final KernelSums sums;
  private final Request request = new Request();
  private final Complete complete = new Complete();

  /** Buffers whose records go to {@code sums}. */
  KernelRecords(KernelSums sums) {
    this.sums = sums;
  }

  CUpti_BuffersCallbackRequestFunc request() {
    return request;
  }

  CUpti_BuffersCallbackCompleteFunc complete() {
    return complete;
  }

  private synchronized BytePointer lend() {
    BytePointer buffer = new BytePointer(BUFFER);
    buffers.put(buffer.address(), buffer);
    return buffer;
  }

  private synchronized void takeBack(Pointer buffer) {
    BytePointer lent = buffers.remove(buffer.address());
    if (lent != null) {
      lent.close();
    }
  }

  private void read(BytePointer buffer, long bytes) {
    PointerPointer<CUpti_Activity> record = new PointerPointer<>(1);
    record.put(0, (Pointer) null);
    while (cupti.cuptiActivityGetNextRecord(buffer, bytes, record) == 0) {
      CUpti_Activity activity = record.get(CUpti_Activity.class);
      if (activity.kind() == CuptiKernels.KIND) {
        CUpti_ActivityKernel11 kernel = new CUpti_ActivityKernel11(activity);
        sums.add(kernel.name().getString(), kernel.end() - kernel.start());
      }
    }
  }

  /** Lends CUPTI an empty buffer. */
  private final class Request extends CUpti_BuffersCallbackRequestFunc {
    @Override
    @SuppressWarnings("rawtypes") // as the binding declares it
    public void call(PointerPointer buffer, SizeTPointer size, SizeTPointer mostRecords) {
      buffer.put(0, lend());
      size.put(BUFFER);
      mostRecords.put(0);
    }
  }

  /** Reads a full buffer. */
  private final class Complete extends CUpti_BuffersCallbackCompleteFunc {
    @Override
    public void call(CUctx_st context, int stream, BytePointer buffer, long size, long valid) {
      read(buffer, valid);
      takeBack(buffer);
    }
  }
}
