// The programs, each as the function that its main() calls. Exit codes: 0, 1 for an error, 2 for a wrong option, and those that
// shells expect of an interrupt.
#pragma once

namespace app {

int train_command(int argc, char** argv);
int predict_command(int argc, char** argv);
int subgroups_command(int argc, char** argv);
int kmeans_command(int argc, char** argv);
int occlusion_command(int argc, char** argv);
int feature_maps_command(int argc, char** argv);
int study_command(int argc, char** argv);

}  // namespace app
