package org.palimpsest.collective;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.AllToAllOptions;
import org.bytedeco.pytorch.AllgatherOptions;
import org.bytedeco.pytorch.AllreduceOptions;
import org.bytedeco.pytorch.BarrierOptions;
import org.bytedeco.pytorch.BroadcastOptions;
import org.bytedeco.pytorch.LongVector;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.collective.C10dCollective.Call;

/**
 * Operations of Gloo's group on tensors of the host. Each waits until it has ended, at most until
 * the deadline of its call.
 */
@SuppressWarnings("try") // the body uses a pointer scope only by its being open
final class GlooCalls implements AutoCloseable {
  private final ProcessGroupGloo group;
  private final int rank;
  private final Supplier<List<Integer>> missing;

  /**
   * Operations of one rank.
   *
   * @param missing ranks that have not reached the present call
   */
  GlooCalls(ProcessGroupGloo group, int rank, Supplier<List<Integer>> missing) {
    this.group = group;
    this.rank = rank;
    this.missing = missing;
  }

  /** Replaces a tensor by the sum over all ranks. */
  void sum(Tensor piece, Call call) {
    TensorVector tensors = new TensorVector(piece);
    run(call, ms -> group.allreduce(tensors, new AllreduceOptions().timeout(ms)));
  }

  /** Replaces a tensor by that of the root. */
  void broadcast(Tensor piece, int root, Call call) {
    TensorVector tensors = new TensorVector(piece);
    BroadcastOptions options = new BroadcastOptions().rootRank(root);
    run(call, ms -> group.broadcast(tensors, options.timeout(ms)));
  }

  /** Sends equal pieces to all ranks. */
  void allToAll(Tensor outgoing, Tensor incoming, Call call) {
    LongVector equally = new LongVector();
    run(
        call,
        ms ->
            group.alltoall_base(
                incoming, outgoing, equally, equally, new AllToAllOptions().timeout(ms)));
  }

  /** Sends a tensor to all ranks. */
  void allGather(Tensor own, Tensor all, Call call) {
    run(call, ms -> group._allgather_base(all, own, new AllgatherOptions().timeout(ms)));
  }

  /** Waits for all ranks. */
  void barrier(Call call) {
    run(call, ms -> group.barrier(new BarrierOptions().timeout(ms)));
  }

  /** Starts a native operation, waits for it, and reports its failure. */
  private void run(Call call, Function<Milliseconds, Work> start) {
    try (PointerScope scope = new PointerScope()) {
      Work work = start.apply(new Milliseconds(call.deadline().leftMs()));
      if (WorkAwaiter.until(work)) {
        Thread.currentThread().interrupt();
        throw Failures.stopped(rank, call);
      }
      work._wait();
    } catch (PalimpsestException e) {
      throw e;
    } catch (RuntimeException e) {
      throw call.deadline().isOver()
          ? Failures.late(call, missing.get(), e)
          : Failures.lost(rank, call, missing.get(), e);
    }
  }

  @Override
  public void close() {
    group.close();
  }
}
