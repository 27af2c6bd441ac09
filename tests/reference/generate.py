"""Reference numbers from PyTorch, in double precision, for the tests of layers, nets, losses and Adam.

usage: python tests/reference/generate.py [FOLDER]     (needs torch and safetensors; default: the folder of this file)

Writes layers, net, classes, losses and norm_relu.safetensors. The seed is fixed; the stored files
need not be written again unless this script changes. All tensors are F64. Layouts are PyTorch's: maps N x C x H x W,
convolution weights O x I x 3 x 3, transposed convolution weights I x O x 2 x 2, scalars have shape [1].
`X_grad` is the gradient of the loss (or of sum(output * output_grad)) with respect to X.

layers.safetensors, each CASE on its own:
  conv3x3_bn, conv3x3_bn_batch1, conv3x3_bn_batch8, conv3x3_bn_map1x1: convolution -> ReLU -> batch norm in training mode
    CASE.input N x In x H x W          conv3x3_bn: 2x3x5x7 -> 5 channels, _batch1: 1x2x3x4 -> 3, _batch8: 8x2x4x3 -> 3,
                                       _map1x1: 8x3x1x1 -> 4
    CASE.conv.weight, CASE.conv.bias
    CASE.norm.weight (gamma, some negative), CASE.norm.bias (beta), CASE.norm.running_mean, CASE.norm.running_var
    CASE.relu                          the ReLU output, before normalisation
    CASE.output, CASE.output_grad
    CASE.input_grad, CASE.conv.weight_grad, CASE.conv.bias_grad, CASE.norm.weight_grad, CASE.norm.bias_grad
    CASE.norm.running_mean_after, CASE.norm.running_var_after   after this one forward pass (momentum 0.1)
    CASE.eval_output                   evaluation mode, with the running statistics from before the step
  concat: the same as conv3x3_bn, its input the channels of concat.skip (2x2x3x5), then those of concat.up (2x3x3x5);
    concat.skip_grad and concat.up_grad instead of input_grad; -> 4 channels
  up_conv: transposed convolution -> ReLU, 2x6x3x5 -> 2x4x6x10
    up_conv.input, .weight, .bias, .output, .output_grad, .input_grad, .weight_grad, .bias_grad
  conv1x1: 2x4x3x5 -> 2x3x3x5, no ReLU; the same names
  max_pool: 2x3x6x10 -> 2x3x3x5, small whole numbers, so that most windows have ties (the first of the largest gets the
    gradient): max_pool.input, .output, .output_grad, .input_grad
  max_pool_norm: the same after y = scale x + shift per channel, scale of both signs: also .scale, .shift; input_grad is the
    gradient with respect to the normalised values y

net.safetensors: UNet<1, 1, 3, 2> (an odd width, to catch more) with BCEWithLogitsLoss(pos_weight = 2.97)
  parameters.NAME                      all of encoder1.conv1.weight ... head.bias and running statistics, at the start
  BATCH = batch1 (1x1x8x12) and batch8 (8x1x16x16), both from the same parameters:
    BATCH.input, BATCH.target          N x 1 x H x W, targets 0 or 1
    BATCH.eval_logits, BATCH.eval_loss       evaluation mode
    BATCH.train_logits, BATCH.train_loss     training mode
    BATCH.input_grad, BATCH.grad.NAME        gradients in training mode
    BATCH.after.NAME                         running statistics after the training step's forward pass
  batch8.latent, batch8.bottleneck, batch8.decoder2   evaluation mode: after the last pooling, and the blocks' outputs
  adam.losses [10]                     loss before each of 10 steps of Adam(lr = 0.01) on batch8
  adam.after.NAME                      parameters and running statistics after the 10 steps

classes.safetensors: UNet<2, 3, 2, 1> with cross entropy, 2x2x6x4, training mode
  parameters.NAME, input, target (N x H x W, class numbers), logits, loss, input_grad, grad.NAME

losses.safetensors
  bce.logits, bce.target (2x1x3x8, logits up to +-100), bce.pos_weight, bce.loss (mean over all pixels),
  bce.image_losses [N] (mean over each image's pixels), bce.logits_grad
  ce.logits (2x3x4x5, up to +-100), ce.target (N x H x W), ce.loss, ce.image_losses, ce.logits_grad

norm_relu.safetensors: convolution without bias -> batch norm -> ReLU, and a net of it whose widths do not double
  bn_relu (2x3x5x7 -> 5), bn_relu_batch1 (1x2x3x4 -> 3), bn_relu_batch8 (8x2x4x3 -> 3), bn_relu_map1x1 (8x3x1x1 -> 4) and
  bn_relu_concat (2x2x3x5 and 2x3x3x5 -> 4): as conv3x3_bn and concat of layers.safetensors, without .relu and .conv.bias
  net.NAME: UNetOf<1, 1, Widths<3, 5, 4>, block, Widths<2, 6>>; the names of net.safetensors, its one batch (4x1x16x16)
    called batch; net.batch.latent, .bottleneck, .decoder2
"""

import pathlib
import sys

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F


def randomise(module):
    """Parameters and running statistics away from their defaults, so that a mix-up shows."""
    for name, tensor in module.state_dict().items():
        if name.endswith("running_var"):
            tensor.copy_(0.02 + 0.1 * torch.rand_like(tensor))
        elif name.endswith("running_mean"):
            tensor.copy_(0.2 * torch.rand_like(tensor))
        elif "norm" in name and name.endswith("weight"):
            tensor.copy_(1 + 0.7 * torch.randn_like(tensor))


def scalar(value):
    return torch.as_tensor(value).detach().reshape(1)


def state(module):
    return {k: v.clone() for k, v in module.state_dict().items() if not k.endswith("num_batches_tracked")}


def prefixed(prefix, tensors):
    return {prefix + name: tensor for name, tensor in tensors.items()}


class ConvBlock(nn.Module):
    """Convolution -> ReLU -> batch norm; norm_first: convolution without bias -> batch norm -> ReLU."""

    def __init__(self, channels_in, channels_out, norm_first=False):
        super().__init__()
        self.norm_first = norm_first
        self.conv = nn.Conv2d(channels_in, channels_out, 3, padding=1, bias=not norm_first)
        self.norm = nn.BatchNorm2d(channels_out)

    def forward(self, x):
        if self.norm_first:
            return F.relu(self.norm(self.conv(x)))
        self.relu = F.relu(self.conv(x))
        return self.norm(self.relu)


def conv_block_case(inputs, channels_out, norm_first=False):
    """inputs: name -> map, concatenated along the channels."""
    block = ConvBlock(sum(x.shape[1] for x in inputs.values()), channels_out, norm_first)
    randomise(block)
    out = {**inputs, **state(block)}
    x = torch.cat(list(inputs.values()), 1)
    out["eval_output"] = block.eval()(x).detach()
    block.train()
    for tensor in inputs.values():
        tensor.requires_grad_()
    y = block(torch.cat(list(inputs.values()), 1))
    dy = torch.randn_like(y)
    y.backward(dy)
    out |= {"output": y.detach(), "output_grad": dy} | ({} if norm_first else {"relu": block.relu.detach()})
    out |= {f"{name}_grad": tensor.grad for name, tensor in inputs.items()}
    out |= {f"{name}_grad": tensor.grad for name, tensor in block.named_parameters()}
    out |= {f"norm.{name}_after": tensor.clone() for name, tensor in state(block.norm).items() if "running" in name}
    return out


def operation_case(function, x, parameters=None):
    """function(x, **parameters), forward and backward."""
    tensors = {"input": x, **(parameters or {})}
    for tensor in tensors.values():
        tensor.requires_grad_()
    y = function(x, **(parameters or {}))
    dy = torch.randn_like(y)
    y.backward(dy)
    return {**tensors, "output": y, "output_grad": dy} | {f"{n}_grad": t.grad for n, t in tensors.items()}


def layers():
    rand = torch.randn
    cases = {
        "conv3x3_bn": conv_block_case({"input": rand(2, 3, 5, 7)}, 5),
        "conv3x3_bn_batch1": conv_block_case({"input": rand(1, 2, 3, 4)}, 3),
        "conv3x3_bn_batch8": conv_block_case({"input": rand(8, 2, 4, 3)}, 3),
        "conv3x3_bn_map1x1": conv_block_case({"input": rand(8, 3, 1, 1)}, 4),
        "concat": conv_block_case({"skip": rand(2, 2, 3, 5), "up": rand(2, 3, 3, 5)}, 4),
        "up_conv": operation_case(
            lambda x, weight, bias: F.relu(F.conv_transpose2d(x, weight, bias, stride=2)),
            rand(2, 6, 3, 5),
            {"weight": 0.4 * rand(6, 4, 2, 2), "bias": 0.4 * rand(4)},
        ),
        "conv1x1": operation_case(F.conv2d, rand(2, 4, 3, 5), {"weight": rand(3, 4, 1, 1), "bias": rand(3)}),
        "max_pool": operation_case(
            lambda x: F.max_pool2d(x, 2), torch.randint(0, 3, (2, 3, 6, 10)).to(torch.get_default_dtype())
        ),
    }
    x = torch.randint(0, 3, (2, 3, 6, 10)).to(torch.get_default_dtype())
    scale, shift = torch.tensor([0.5, -1.5, 2.0]), torch.tensor([0.1, 0.2, -0.3])
    normalised = (x * scale[:, None, None] + shift[:, None, None]).requires_grad_()
    case = operation_case(lambda y: F.max_pool2d(y, 2), normalised)
    cases["max_pool_norm"] = {**case, "input": x, "scale": scale, "shift": shift}
    return {f"{case}.{name}": tensor for case, tensors in cases.items() for name, tensor in tensors.items()}


class DoubleConv(nn.Module):
    """Two ConvBlocks in one, after an up-convolution and concatenation where there is one."""

    def __init__(self, channels_in, channels_out, up_from=None, norm_first=False):
        super().__init__()
        self.norm_first = norm_first
        if up_from:
            self.up = nn.ConvTranspose2d(up_from, channels_out, 2, stride=2)
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, padding=1, bias=not norm_first)
        self.norm1 = nn.BatchNorm2d(channels_out)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, padding=1, bias=not norm_first)
        self.norm2 = nn.BatchNorm2d(channels_out)

    def forward(self, x, below=None):
        if below is not None:
            x = torch.cat([x, F.relu(self.up(below))], 1)
        if self.norm_first:
            x = F.relu(self.norm1(self.conv1(x)))
            return F.relu(self.norm2(self.conv2(x)))
        x = self.norm1(F.relu(self.conv1(x)))
        return self.norm2(F.relu(self.conv2(x)))


class UNet(nn.Module):
    """widths: of the encoder's levels and the bottleneck; decoder_widths: the encoder's unless given."""

    def __init__(self, channels, classes, widths, decoder_widths=None, norm_first=False):
        super().__init__()
        self.depth = len(widths) - 1
        up_widths = decoder_widths or widths[:-1]
        for k in range(1, self.depth + 1):
            below = channels if k == 1 else widths[k - 2]
            self.add_module(f"encoder{k}", DoubleConv(below, widths[k - 1], norm_first=norm_first))
        self.bottleneck = DoubleConv(widths[-2], widths[-1], norm_first=norm_first)
        for k in range(1, self.depth + 1):
            up_from = widths[-1] if k == self.depth else up_widths[k]
            channels_in = widths[k - 1] + up_widths[k - 1]
            self.add_module(f"decoder{k}", DoubleConv(channels_in, up_widths[k - 1], up_from, norm_first))
        self.head = nn.Conv2d(up_widths[0], classes, 1)

    def forward(self, x, outputs=None):
        """outputs: a dictionary that is given intermediate outputs by name."""
        outputs = {} if outputs is None else outputs
        skips = []
        for k in range(1, self.depth + 1):
            skips.append(getattr(self, f"encoder{k}")(x))
            x = F.max_pool2d(skips[-1], 2)
        outputs["latent"] = x
        x = outputs["bottleneck"] = self.bottleneck(x)
        for k in range(self.depth, 0, -1):
            x = outputs[f"decoder{k}"] = getattr(self, f"decoder{k}")(skips[k - 1], x)
        return self.head(x)


def training_pass(net, loss, x, target):
    """Logits, loss and all gradients in training mode. Moves the running statistics."""
    net.train()
    net.zero_grad()
    x = x.clone().requires_grad_()
    logits = net(x)
    value = loss(logits, target)
    value.backward()
    grads = {f"grad.{name}": p.grad.clone() for name, p in net.named_parameters()}
    return logits.detach(), scalar(value), {"input_grad": x.grad, **grads}


def blobs(n, height, width):
    """Targets: about a quarter of the pixels, in connected regions."""
    return (F.avg_pool2d(torch.randn(n, 1, height, width), 3, 1, 1) > 0.22).to(torch.get_default_dtype())


def net_cases(model, batches, inside_of):
    """batches: name -> (N, H, W). inside_of: the batch whose intermediate outputs are kept. Adam runs on the last one."""
    randomise(model)
    start = state(model)
    loss = nn.BCEWithLogitsLoss(pos_weight=torch.tensor(2.97))
    out = prefixed("parameters.", start)
    for name, shape in batches.items():
        target = blobs(*shape)
        x = 0.5 * target + 0.5 * torch.rand_like(target)
        model.load_state_dict(start, strict=False)
        inside = {}
        with torch.no_grad():
            eval_logits = model.eval()(x, inside)
        if name == inside_of:
            out |= {f"{name}.{place}": inside[place] for place in ("latent", "bottleneck", "decoder2")}
        train_logits, train_loss, grads = training_pass(model, loss, x, target)
        out |= prefixed(f"{name}.", {
            "input": x, "target": target, "eval_logits": eval_logits, "eval_loss": scalar(loss(eval_logits, target)),
            "train_logits": train_logits, "train_loss": train_loss, **grads,
        })  # fmt: skip
        out |= {f"{name}.after.{n}": t for n, t in state(model).items() if "running" in n}

    model.load_state_dict(start, strict=False)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    losses = []
    for _ in range(10):
        losses.append(training_pass(model, loss, x, target)[1])
        optimiser.step()
    return out | {"adam.losses": torch.cat(losses)} | prefixed("adam.after.", state(model))


def net():
    torch.manual_seed(4)
    return net_cases(UNet(1, 1, [3, 6, 12]), {"batch1": (1, 8, 12), "batch8": (8, 16, 16)}, "batch8")


def classes():
    torch.manual_seed(10)
    model = UNet(2, 3, [2, 4])
    randomise(model)
    out = prefixed("parameters.", state(model))
    x, target = torch.rand(2, 2, 6, 4), torch.randint(0, 3, (2, 6, 4))
    logits, loss, grads = training_pass(model, F.cross_entropy, x, target)
    return out | {"input": x, "target": target.to(x.dtype), "logits": logits, "loss": loss, **grads}


def loss_case(prefix, loss, logits, target):
    logits.requires_grad_()
    pixels = loss(logits, target)
    pixels.mean().backward()
    return prefixed(prefix, {
        "logits": logits.detach(), "target": target.to(logits.dtype), "loss": scalar(pixels.mean()),
        "image_losses": pixels.detach().flatten(1).mean(1), "logits_grad": logits.grad,
    })  # fmt: skip


def losses():
    torch.manual_seed(5)
    extreme = torch.tensor([100.0, -100.0, 40.0, -40.0, 0.0])
    pos_weight = torch.tensor(2.97)

    logits, target = 3 * torch.randn(2, 1, 3, 8), torch.randint(0, 2, (2, 1, 3, 8)).to(torch.get_default_dtype())
    logits.view(-1)[:10] = extreme.repeat(2)
    target.view(-1)[:5], target.view(-1)[5:10] = 0, 1  # each extreme logit with each target
    bce = loss_case("bce.", nn.BCEWithLogitsLoss(pos_weight=pos_weight, reduction="none"), logits, target)

    logits, target = 3 * torch.randn(2, 3, 4, 5), torch.randint(0, 3, (2, 4, 5))
    logits[0, 0, 0] = extreme
    logits[1, 2, 3] = extreme
    ce = loss_case("ce.", lambda z, t: F.cross_entropy(z, t, reduction="none"), logits, target)
    return {**bce, "bce.pos_weight": scalar(pos_weight), **ce}


def norm_relu():
    torch.manual_seed(6)
    rand = torch.randn
    cases = {
        "bn_relu": conv_block_case({"input": rand(2, 3, 5, 7)}, 5, norm_first=True),
        "bn_relu_batch1": conv_block_case({"input": rand(1, 2, 3, 4)}, 3, norm_first=True),
        "bn_relu_batch8": conv_block_case({"input": rand(8, 2, 4, 3)}, 3, norm_first=True),
        "bn_relu_map1x1": conv_block_case({"input": rand(8, 3, 1, 1)}, 4, norm_first=True),
        "bn_relu_concat": conv_block_case({"skip": rand(2, 2, 3, 5), "up": rand(2, 3, 3, 5)}, 4, norm_first=True),
        "net": net_cases(UNet(1, 1, [3, 5, 4], [2, 6], norm_first=True), {"batch": (4, 16, 16)}, "batch"),
    }
    return {f"{case}.{name}": tensor for case, tensors in cases.items() for name, tensor in tensors.items()}


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(1)
    for make in (layers, net, classes, losses, norm_relu):
        name = make.__name__
        tensors = {key: tensor.detach().contiguous().clone() for key, tensor in make().items()}
        assert all(t.dtype == torch.float64 and t.isfinite().all() for t in tensors.values())
        path = folder / f"{name}.safetensors"
        save_file(tensors, path)
        print(f"{path}: {len(tensors)} tensors, {path.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
