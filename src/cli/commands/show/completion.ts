import { EXIT } from '../../command.js';
import type { Io } from '../../io.js';

interface CompletionArgs {
  readonly shell: string | undefined;
}

/** Folders end in a slash, and are gone on with. */
const BASH = `# Completes vcfg in bash. Put it where bash reads it: vcfg completion bash >> ~/.bashrc
_vcfg() {
    local IFS=$'\\n'
    COMPREPLY=($(vcfg --get-yargs-completions "\${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null))
    if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == */ ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -o default -F _vcfg vcfg
`;

const ZSH = `#compdef vcfg
# Completes vcfg in zsh. Put it where zsh reads it: vcfg completion zsh >> ~/.zshrc
_vcfg() {
    local -a found folders
    found=("\${(@f)$(vcfg --get-yargs-completions "\${(@)words[1,CURRENT]}" 2>/dev/null)}")
    found=("\${(@)found:#}")
    folders=("\${(@M)found:#*/}")
    found=("\${(@)found:#*/}")
    (( \${#found} + \${#folders} )) || { _files; return }
    (( \${#folders} )) && compadd -S '' -- "\${folders[@]}"
    (( \${#found} )) && compadd -- "\${found[@]}"
}
compdef _vcfg vcfg
`;

/** `vcfg completion`: a script for the shell that is named, or that is running. */
export async function runCompletion({ shell }: CompletionArgs, io: Io): Promise<number> {
  const wanted = shell ?? (/(?:^|\/)zsh$/.test(io.env.SHELL ?? '') ? 'zsh' : 'bash');
  io.stdout.write(wanted === 'zsh' ? ZSH : BASH);
  return EXIT.done;
}
