"""Reference numbers for losses and optimisers that generate.py does not have, written down from their papers.

usage: python tests/reference/policies.py [FOLDER]     (needs numpy and safetensors; default: the folder of this file)

Gradients are complex-step derivatives of the loss (Squire & Trapp 1998), so no derivative is worked out by hand. Seeds are
fixed; the file need not be written again unless this script changes. Writes policies.safetensors, all tensors F64.

  NAME.logits [N, K, H, W], NAME.target [N, H, W], NAME.image_losses [N], NAME.logits_grad, where the gradient is that of the
  images' mean, and NAME is
    dice           K = 1, smooth = 1: Milletari et al. 2016, "V-Net", section 3; targets 0, 1, and some between
    dice_exact     the same with smooth = 0
    dice_classes   K = 3, smooth = 1: mean over classes 1 and 2
    sum            0.7 binary cross entropy with pos_weight 2.97 + 1.3 dice
    sum_classes    2 softmax cross entropy + 0.5 dice_classes
  adamw.start [20], adamw.gradients [10, 20], adamw.rates [10], adamw.after [10, 20]: parameters after each step with betas 0.9
  and 0.99, epsilon 1e-6 and weight decay 0.1: Loshchilov & Hutter 2019, "Decoupled weight decay regularization", algorithm 2,
  with PyTorch's decay by rate * weight_decay
"""

import pathlib
import sys

import numpy as np
from safetensors.numpy import save_file


def softmax(z):
    e = np.exp(z - z.real.max(0))
    return e / e.sum(0)


def dice(p, g, smooth):
    return 1 - (2 * (p * g).sum() + smooth) / ((p * p).sum() + (g * g).sum() + smooth)


def binary_dice(smooth):
    return lambda z, t: dice(1 / (1 + np.exp(-z[0])), t, smooth)


def classes_dice(z, t):
    p = softmax(z)
    return np.mean([dice(p[k], t == k, 1) for k in range(1, len(z))])


def binary_cross_entropy(z, t, pos_weight=2.97):
    p = 1 / (1 + np.exp(-z[0]))
    return -(pos_weight * t * np.log(p) + (1 - t) * np.log(1 - p)).mean()


def softmax_cross_entropy(z, t):
    return -np.mean(sum(np.log(softmax(z)[k]) * (t == k) for k in range(len(z))))


def loss_case(name, loss, logits, target):
    """loss(logits, target): of one image."""
    step = 1e-30
    gradient = np.zeros_like(logits)
    for at in np.ndindex(logits.shape):
        moved = logits[at[0]].astype(complex)
        moved[at[1:]] += 1j * step
        gradient[at] = loss(moved, target[at[0]]).imag / step / len(logits)
    losses = np.array([loss(z, t) for z, t in zip(logits, target)])
    return {f"{name}.logits": logits, f"{name}.target": target, f"{name}.image_losses": losses,
            f"{name}.logits_grad": gradient}  # fmt: skip


def losses():
    random = np.random.default_rng(7)
    logits, target = 2 * random.normal(size=(3, 1, 4, 5)), random.integers(0, 2, (3, 4, 5)).astype(float)
    target[0, 0, :3] = 0.25, 0.5, 0.9
    target[2] = 0  # an image without foreground
    many, numbers = 2 * random.normal(size=(3, 3, 4, 5)), random.integers(0, 3, (3, 4, 5)).astype(float)
    numbers[1][numbers[1] == 2] = 0  # an image without class 2
    return {
        **loss_case("dice", binary_dice(1), logits, target),
        **loss_case("dice_exact", binary_dice(0), logits, target),
        **loss_case("dice_classes", classes_dice, many, numbers),
        **loss_case("sum", lambda z, t: 0.7 * binary_cross_entropy(z, t) + 1.3 * binary_dice(1)(z, t), logits, target),
        **loss_case("sum_classes", lambda z, t: 2 * softmax_cross_entropy(z, t) + 0.5 * classes_dice(z, t), many, numbers),
    }  # fmt: skip


def adamw():
    random = np.random.default_rng(8)
    start, gradients = random.normal(size=20), random.normal(size=(10, 20))
    rates = 0.02 * (1 + np.cos(np.arange(10) / 4))
    beta1, beta2, epsilon, decay = 0.9, 0.99, 1e-6, 0.1
    parameters, m, v, after = start.copy(), 0, 0, []
    for t, (g, rate) in enumerate(zip(gradients, rates), 1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        parameters = parameters - rate * decay * parameters - rate * m_hat / (np.sqrt(v_hat) + epsilon)
        after.append(parameters)
    return {"adamw.start": start, "adamw.gradients": gradients, "adamw.rates": rates, "adamw.after": np.array(after)}


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent
    tensors = {name: np.ascontiguousarray(value) for name, value in {**losses(), **adamw()}.items()}
    assert all(t.dtype == np.float64 and np.isfinite(t).all() for t in tensors.values())
    path = folder / "policies.safetensors"
    save_file(tensors, path)
    print(f"{path}: {len(tensors)} tensors, {path.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
