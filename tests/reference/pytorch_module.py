"""The net of docs/pytorch.md, as it stands there: its weights and logits, written by PyTorch.

usage: python tests/reference/pytorch_module.py [FOLDER]     (needs torch and safetensors; default: the folder of this file)

Writes pytorch_module.safetensors: weights of UNet(2, 3, base=4, depth=2) with random running statistics, an image and its logits
as a model file of this library carries them (see include/unet/models/verification.hpp), and in the metadata the module's text.
"""

import pathlib
import re
import sys

import torch
from safetensors.torch import save_file

here = pathlib.Path(__file__).parent
page = (here / "../../docs/pytorch.md").read_text()
module, _, saving = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
names = {}
exec(module, names)

torch.manual_seed(0)
net = names["UNet"](2, 3, base=4, depth=2)
with torch.no_grad():
    for part in net.modules():
        if isinstance(part, torch.nn.BatchNorm2d):
            for tensor in (part.weight, part.bias, part.running_mean):
                tensor.normal_(std=0.5)
            part.running_var.uniform_(0.2, 2)
image = torch.randint(0, 256, (1, 2, 20, 16))
logits = net.eval()(image / 255)


def text(values):
    return ", ".join(f"{value:.9g}" for value in values.permute(0, 2, 3, 1).flatten().tolist())


metadata = {"verify_shape": "1, 20, 16, 2", "verify_input": text(image), "verify_logits": text(logits), "module": module}
tensors = {name: t.contiguous() for name, t in net.state_dict().items() if t.is_floating_point()}
folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here
save_file(tensors, folder / "pytorch_module.safetensors", metadata)
